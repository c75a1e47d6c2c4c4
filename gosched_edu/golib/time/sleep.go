package time

// Timers and tickers (time/sleep.go, time/tick.go). The heap of timers is the runtime's; a Timer
// is the handle of one of its entries. A timer with a channel sends the time on it and drops
// it if the channel is full; one with a function starts the function as a goroutine.

//op SLEEP a
func Sleep(d Duration)

//op TMNEW r a 0
func newChanTimer(c chan Time) uintptr

//op TMNEW r a 1
func newFuncTimer(f func()) uintptr

//op TMRESET r a b
func resetTimer(h uintptr, when, period int64) bool

//op TMSTOP r a
func stopTimer(h uintptr) bool

// when is d from now; a sum that wraps is the end of time.
func when(d Duration) int64 {
	now := nanotime()
	if d <= 0 {
		return now
	}
	if t := now + int64(d); t > 0 {
		return t
	}
	return 1<<63 - 1
}

type Timer struct {
	C <-chan Time
	r uintptr
}

func NewTimer(d Duration) *Timer {
	c := make(chan Time, 1)
	t := &Timer{c, newChanTimer(c)}
	resetTimer(t.r, when(d), 0)
	return t
}

func AfterFunc(d Duration, f func()) *Timer {
	t := &Timer{nil, newFuncTimer(f)}
	resetTimer(t.r, when(d), 0)
	return t
}

func After(d Duration) <-chan Time { return NewTimer(d).C }

// Stop reports whether it came before the timer fired.
func (t *Timer) Stop() bool {
	if t.r == 0 {
		panic("time: Stop called on uninitialized Timer")
	}
	return stopTimer(t.r)
}

func (t *Timer) Reset(d Duration) bool {
	if t.r == 0 {
		panic("time: Reset called on uninitialized Timer")
	}
	return resetTimer(t.r, when(d), 0)
}

type Ticker struct {
	C <-chan Time
	r uintptr
}

func NewTicker(d Duration) *Ticker {
	if d <= 0 {
		panic("non-positive interval for NewTicker")
	}
	c := make(chan Time, 1)
	t := &Ticker{c, newChanTimer(c)}
	resetTimer(t.r, when(d), int64(d))
	return t
}

func (t *Ticker) Stop() {
	if t.r != 0 {
		stopTimer(t.r)
	}
}

func (t *Ticker) Reset(d Duration) {
	if d <= 0 {
		panic("non-positive interval for Ticker.Reset")
	}
	if t.r == 0 {
		panic("time: Reset called on uninitialized Ticker")
	}
	resetTimer(t.r, when(d), int64(d))
}

// Tick is NewTicker for those who never stop it.
func Tick(d Duration) <-chan Time {
	if d <= 0 {
		return nil
	}
	return NewTicker(d).C
}
