// Deferred calls of the bodies of loops over functions (panic.go:deferrangefunc, deferprocat).
//
// Such a body is a function of its own, but what it defers runs when the function around
// the loop ends. That function defers rundefers when the loop starts; the body adds to its list.
package runtime

type rangedefers struct{ top *rangedefer }

type rangedefer struct {
	link *rangedefer
	call func()
}

func deferprocat(d *rangedefers, call func()) { d.top = &rangedefer{d.top, call} }

// rundefers makes the calls, the last one first; if one panics, the rest are made while unwinding.
//
//go:wrapper
func rundefers(d *rangedefers) {
	r := d.top
	if r == nil {
		return
	}
	defer rundefers(d)
	d.top = r.link
	r.call()
}
