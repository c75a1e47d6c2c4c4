// Package syscall: the one call that programs about scheduling need, a sleep in the kernel.
//
// Problem. A goroutine in a blocking system call holds a thread, one in time.Sleep does not. A
// program that shows the difference needs a call that really blocks.
//
// Chosen. Nanosleep enters a system call of the simulated kernel (entersyscall, exitsyscall).
// Its duration is exact; a real kernel would add its timer slack.
package syscall

// Timespec is a duration as Linux takes it.
type Timespec struct {
	Sec  int64
	Nsec int64
}

// Nano returns ts in nanoseconds.
func (ts *Timespec) Nano() int64 { return ts.Sec*1e9 + ts.Nsec }

// NsecToTimespec converts nanoseconds.
func NsecToTimespec(nsec int64) Timespec {
	sec := nsec / 1e9
	nsec = nsec % 1e9
	if nsec < 0 {
		nsec += 1e9
		sec--
	}
	return Timespec{Sec: sec, Nsec: nsec}
}

// Nanosleep blocks the thread, not only the goroutine.
func Nanosleep(time *Timespec, leftover *Timespec) error {
	if time.Sec < 0 || time.Nsec < 0 || time.Nsec >= 1e9 {
		return EINVAL
	}
	nanosleep(time.Nano())
	return nil
}

//op SYSCALL a 0
func nanosleep(ns int64)
