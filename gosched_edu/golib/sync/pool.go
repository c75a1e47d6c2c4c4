package sync

import "internal/race"

// Pool keeps objects for reuse until the collector has run twice (sync/pool.go).
//
// Go keeps a list for each P. Here all Ps share one, a stack of nodes that are never used
// again, so that compare-and-swap cannot be deceived. What is the same: last in, first out;
// objects of before the last collection are used when there are no others (victims), those of
// before the one before are gone.
type Pool struct {
	noCopy noCopy
	local  *poolNode
	victim *poolNode
	cycle  int
	New    func() any
}

type poolNode struct {
	x    any
	next *poolNode
}

func (p *Pool) Put(x any) {
	if x == nil {
		return
	}
	p.clean()
	race.Release(pointer(p))
	n := &poolNode{x: x}
	for {
		n.next = load(&p.local)
		if cas(&p.local, n.next, n) {
			return
		}
	}
}

func (p *Pool) Get() any {
	p.clean()
	n := pop(&p.local)
	if n == nil {
		n = pop(&p.victim)
	}
	if n != nil {
		race.Acquire(pointer(p))
		return n.x
	}
	if p.New != nil {
		return p.New()
	}
	return nil
}

func pop(list **poolNode) *poolNode {
	for {
		n := load(list)
		if n == nil || cas(list, n, n.next) {
			return n
		}
	}
}

// clean does what Go's poolCleanup does at the start of each collection.
func (p *Pool) clean() {
	now := runtime_numGC()
	if now == p.cycle {
		return
	}
	p.victim = nil
	if now == p.cycle+1 {
		p.victim = p.local
	}
	p.local = nil
	p.cycle = now
}
