package sync

// Cond: goroutines wait for an event that others announce (sync/cond.go).
//
// Wait takes a ticket before it unlocks, so that no Signal between the two is lost.
type Cond struct {
	noCopy  noCopy
	L       Locker
	notify  notifyList
	checker *Cond
}

// notifyList is the runtime's: tickets given, tickets called.
type notifyList struct {
	wait   uint32
	notify uint32
}

func NewCond(l Locker) *Cond { return &Cond{L: l} }

func (c *Cond) check() {
	if c.checker == nil {
		c.checker = c
	}
	if c.checker != c {
		panic("sync.Cond is copied")
	}
}

func (c *Cond) Wait() {
	c.check()
	t := runtime_notifyListAdd(&c.notify)
	c.L.Unlock()
	runtime_notifyListWait(&c.notify, t)
	c.L.Lock()
}

func (c *Cond) Signal() {
	c.check()
	runtime_notifyListNotifyOne(&c.notify)
}

func (c *Cond) Broadcast() {
	c.check()
	runtime_notifyListNotifyAll(&c.notify)
}
