// Package time: durations, the virtual clock, timers.
//
// Time passes only as the simulated machine works or waits; the program starts on
// 10 November 2009 at 23:00:00 UTC, as in the Go playground. There is one time zone, UTC.
package time

type Duration int64

const (
	Nanosecond  Duration = 1
	Microsecond          = 1000 * Nanosecond
	Millisecond          = 1000 * Microsecond
	Second               = 1000 * Millisecond
	Minute               = 60 * Second
	Hour                 = 60 * Minute
)

const (
	minDuration Duration = -1 << 63
	maxDuration Duration = 1<<63 - 1
)

func (d Duration) Nanoseconds() int64  { return int64(d) }
func (d Duration) Microseconds() int64 { return int64(d) / 1e3 }
func (d Duration) Milliseconds() int64 { return int64(d) / 1e6 }
func (d Duration) Seconds() float64    { return d.in(Second) }
func (d Duration) Minutes() float64    { return d.in(Minute) }
func (d Duration) Hours() float64      { return d.in(Hour) }

// in keeps whole units apart, so that the fraction loses nothing.
func (d Duration) in(unit Duration) float64 {
	return float64(d/unit) + float64(d%unit)/float64(unit)
}

func (d Duration) Truncate(m Duration) Duration {
	if m <= 0 {
		return d
	}
	return d - d%m
}

// Round rounds half away from zero, and stops at the ends of the range.
func (d Duration) Round(m Duration) Duration {
	if m <= 0 {
		return d
	}
	r := d % m
	if d < 0 {
		r = -r
		if uint64(r)+uint64(r) < uint64(m) {
			return d + r
		}
		if e := d - m + r; e < d {
			return e
		}
		return minDuration
	}
	if uint64(r)+uint64(r) < uint64(m) {
		return d - r
	}
	if e := d + m - r; e > d {
		return e
	}
	return maxDuration
}

//since 1.19
func (d Duration) Abs() Duration {
	switch {
	case d >= 0:
		return d
	case d == minDuration:
		return maxDuration
	}
	return -d
}

// String writes 72h3m0.5s; below a second it takes a smaller unit, so that the first digit
// is not zero.
func (d Duration) String() string {
	u := uint64(d)
	if d < 0 {
		u = -u
	}
	text := ""
	switch {
	case u == 0:
		return "0s"
	case u < 1000:
		text = utoa(u) + "ns"
	case u < 1000000:
		text = decimal(u, 1000) + "µs"
	case u < 1000000000:
		text = decimal(u, 1000000) + "ms"
	default:
		s := u / 1000000000
		text = decimal(s%60*1000000000+u%1000000000, 1000000000) + "s"
		if s >= 60 {
			text = utoa(s/60%60) + "m" + text
		}
		if s >= 3600 {
			text = utoa(s/3600) + "h" + text
		}
	}
	if d < 0 {
		return "-" + text
	}
	return text
}

// decimal writes u/unit without trailing zeros; unit is a power of ten.
func decimal(u, unit uint64) string {
	text := utoa(u / unit)
	frac := u % unit
	if frac == 0 {
		return text
	}
	digits := utoa(frac + unit)[1:]
	n := len(digits)
	for digits[n-1] == '0' {
		n--
	}
	return text + "." + digits[:n]
}

func utoa(u uint64) string {
	if u < 10 {
		return "0123456789"[u : u+1]
	}
	b := make([]byte, 0, 20)
	for div := uint64(10000000000000000000); div > 0; div /= 10 {
		if len(b) > 0 || u >= div {
			b = append(b, byte('0'+u/div%10))
		}
	}
	return string(b)
}

// ParseDuration reads what String writes, and "1.5h", "-2us".
func ParseDuration(s string) (Duration, error) {
	orig := s
	neg := s != "" && s[0] == '-'
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	if s == "0" {
		return 0, nil
	}
	total := 0.0
	exact := uint64(0)
	for ok := true; s != "" || ok; ok = false {
		i, value, scale := 0, uint64(0), uint64(1)
		point := false
		for i < len(s) && (s[i] == '.' && !point || s[i] >= '0' && s[i] <= '9') {
			if s[i] == '.' {
				point = true
			} else if scale < 1e15 {
				value = value*10 + uint64(s[i]-'0')
				if point {
					scale *= 10
				}
			}
			i++
		}
		if i == 0 || i == 1 && point {
			return 0, durationError("invalid duration " + quote(orig))
		}
		j := i
		for j < len(s) && s[j] != '.' && (s[j] < '0' || s[j] > '9') {
			j++
		}
		if j == i {
			return 0, durationError("missing unit in duration " + quote(orig))
		}
		unit := unitOf(s[i:j])
		if unit == 0 {
			return 0, durationError("unknown unit " + quote(s[i:j]) + " in duration " + quote(orig))
		}
		whole := value / scale
		frac := value % scale
		total += float64(whole) * float64(unit)
		exact += whole*unit + uint64(float64(frac)*(float64(unit)/float64(scale)))
		s = s[j:]
	}
	if total > 9.3e18 || exact > 1<<63 || exact == 1<<63 && !neg {
		return 0, durationError("invalid duration " + quote(orig))
	}
	if neg {
		return -Duration(exact), nil
	}
	return Duration(exact), nil
}

func unitOf(s string) uint64 {
	switch s {
	case "ns":
		return 1
	case "us", "µs", "μs":
		return 1000
	case "ms":
		return 1000000
	case "s":
		return 1000000000
	case "m":
		return 60000000000
	case "h":
		return 3600000000000
	}
	return 0
}

type durationError string

func (e durationError) Error() string { return "time: " + string(e) }

func quote(s string) string { return `"` + s + `"` }
