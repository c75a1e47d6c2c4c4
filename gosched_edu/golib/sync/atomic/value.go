package atomic

import "internal/abi"

// A Value holds a value of one type, whatever that is. It points to a copy nobody changes, so
// that one word can be exchanged.
type Value struct {
	p *any
}

func (v *Value) Load() (val any) {
	if p := load(&v.p); p != nil {
		return *p
	}
	return nil
}

func (v *Value) Store(val any) {
	if val == nil {
		panic("sync/atomic: store of nil value into Value")
	}
	v.exchange(val, "store")
}

func (v *Value) Swap(new any) (old any) {
	if new == nil {
		panic("sync/atomic: swap of nil value into Value")
	}
	return v.exchange(new, "swap")
}

func (v *Value) exchange(val any, what string) (old any) {
	for {
		p := load(&v.p)
		if p != nil {
			old = *p
			if abi.TypeOf(old) != abi.TypeOf(val) {
				panic("sync/atomic: " + what + " of inconsistently typed value into Value")
			}
		}
		if cas(&v.p, p, &val) {
			return
		}
	}
}

func (v *Value) CompareAndSwap(old, new any) (swapped bool) {
	if new == nil {
		panic("sync/atomic: compare and swap of nil value into Value")
	}
	if old != nil && abi.TypeOf(old) != abi.TypeOf(new) {
		panic("sync/atomic: compare and swap of inconsistently typed values")
	}
	for {
		p := load(&v.p)
		var now any
		if p != nil {
			now = *p
			if abi.TypeOf(now) != abi.TypeOf(new) {
				panic("sync/atomic: compare and swap of inconsistently typed value into Value")
			}
		}
		if now != old {
			return false
		}
		if cas(&v.p, p, &new) {
			return true
		}
	}
}
