package time

// A Time is one word: nanoseconds since 1970, which is what the machine's timers send.
//
// Times in other zones than UTC, and those too far from 1970 (before 1678, after 2262), are kept in a
// list, and their word is the place in it (zone.go). Two words have a meaning of their own,
// because the zero Time must be the year 1: 0 is that, and the most negative number is 1970.
type Time struct {
	ns int64
}

const (
	epoch       = 1257894000000000000 // when the program starts
	unixZero    = -1 << 63
	zeroSeconds = -62135596800 // the year 1, in seconds since 1970
	maxSeconds  = 9223372035
	daySeconds  = 86400
)

//op NOW r
func nanotime() int64

func Now() Time { return Time{epoch + nanotime()} }

// split returns seconds since 1970 and nanoseconds.
func (t Time) split() (sec, nsec int64) {
	switch {
	case t.ns == 0:
		return zeroSeconds, 0
	case t.ns == unixZero:
		return 0, 0
	case t.ns < nearest:
		z := t.zoned()
		return z.sec, z.nsec
	}
	sec, nsec = t.ns/1e9, t.ns%1e9
	if nsec < 0 {
		sec--
		nsec += 1e9
	}
	return
}

// join is the time sec and nsec after 1970, seen in a zone.
func join(sec, nsec int64, loc *Location) Time {
	sec += nsec / 1e9
	nsec %= 1e9
	if nsec < 0 {
		sec--
		nsec += 1e9
	}
	switch {
	case loc.name != "UTC" || loc.offset != 0 || sec > maxSeconds || sec < -maxSeconds+1:
		if loc == &utc && sec == zeroSeconds && nsec == 0 {
			return Time{}
		}
		return keep(sec, nsec, loc)
	case sec == 0 && nsec == 0:
		return Time{unixZero}
	}
	return Time{sec*1e9 + nsec}
}

func Unix(sec, nsec int64) Time { return join(sec, nsec, &utc) }

func UnixMilli(ms int64) Time { return Unix(ms/1e3, ms%1e3*1e6) }
func UnixMicro(us int64) Time { return Unix(us/1e6, us%1e6*1e3) }

func (t Time) Unix() int64 {
	sec, _ := t.split()
	return sec
}

func (t Time) UnixNano() int64 {
	sec, nsec := t.split()
	return sec*1e9 + nsec
}

func (t Time) UnixMilli() int64 {
	sec, nsec := t.split()
	return sec*1e3 + nsec/1e6
}

func (t Time) UnixMicro() int64 {
	sec, nsec := t.split()
	return sec*1e6 + nsec/1e3
}

func (t Time) IsZero() bool       { return t.ns == 0 }
func (t Time) Equal(u Time) bool  { return t.compare(u) == 0 }
func (t Time) After(u Time) bool  { return u.Before(t) }
func (t Time) Before(u Time) bool { return t.compare(u) < 0 }

//since 1.20
func (t Time) Compare(u Time) int { return t.compare(u) }

func (t Time) compare(u Time) int {
	s1, n1 := t.split()
	s2, n2 := u.split()
	switch {
	case s1 < s2 || s1 == s2 && n1 < n2:
		return -1
	case s1 == s2 && n1 == n2:
		return 0
	}
	return 1
}

func (t Time) Add(d Duration) Time {
	sec, nsec := t.split()
	nsec += int64(d % 1e9)
	return join(sec+int64(d/1e9), nsec, t.Location())
}

// Sub stops at the ends of what a Duration can be.
func (t Time) Sub(u Time) Duration {
	s1, n1 := t.split()
	s2, n2 := u.split()
	sec := s1 - s2
	switch {
	case sec > maxSeconds:
		return maxDuration
	case sec < -maxSeconds:
		return minDuration
	}
	return Duration(sec*1e9 + n1 - n2)
}

func Since(t Time) Duration { return Now().Sub(t) }
func Until(t Time) Duration { return t.Sub(Now()) }

func (t Time) Truncate(d Duration) Time {
	if d <= 0 {
		return t
	}
	return t.Add(-t.rest(d))
}

func (t Time) Round(d Duration) Time {
	if d <= 0 {
		return t
	}
	r := t.rest(d)
	if r+r < d {
		return t.Add(-r)
	}
	return t.Add(d - r)
}

// rest is the time since the last multiple of d after the year 1.
func (t Time) rest(d Duration) Duration {
	sec, nsec := t.split()
	sec -= zeroSeconds
	neg := sec < 0
	if neg {
		sec, nsec = -sec, -nsec
		if nsec < 0 {
			sec, nsec = sec-1, nsec+1e9
		}
	}
	r := uint64(0)
	if d%1e9 == 0 {
		r = uint64(sec%int64(d/1e9)*1e9 + nsec)
	} else { // (sec*1e9 + nsec) mod d, without the product
		for bit := 37; bit >= 0; bit-- {
			r = (r + r + uint64(sec>>bit&1)*(1e9%uint64(d))) % uint64(d)
		}
		r = (r + uint64(nsec)) % uint64(d)
	}
	if neg && r > 0 {
		return d - Duration(r)
	}
	return Duration(r)
}
