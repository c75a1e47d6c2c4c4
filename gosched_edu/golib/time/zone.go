package time

import (
	"errors"
	"unsafe"
)

// A Location is a time zone: its offset from UTC in winter, in seconds, and its rule for summer.
type Location struct {
	name   string
	abbrev string
	offset int
	summer string // the abbreviation in summer; "" if there is none
	rule   byte   // 'E' Europe, 'U' United States
}

var utc = Location{name: "UTC", abbrev: "UTC"}

var UTC *Location = &utc
var Local *Location = &utc

func (l *Location) String() string { return l.name }

func FixedZone(name string, offset int) *Location {
	return &Location{name: name, abbrev: name, offset: offset}
}

// zones are the best known ones, with the rules of today: name, abbreviations, hours from UTC, rule.
const zones = "Europe/London GMT BST 0 E;Europe/Lisbon WET WEST 0 E;Europe/Paris CET CEST 1 E;Europe/Berlin CET CEST 1 E;" +
	"Europe/Zurich CET CEST 1 E;Europe/Madrid CET CEST 1 E;Europe/Rome CET CEST 1 E;Europe/Amsterdam CET CEST 1 E;" +
	"Europe/Vienna CET CEST 1 E;Europe/Stockholm CET CEST 1 E;Europe/Athens EET EEST 2 E;Europe/Kiev EET EEST 2 E;" +
	"Europe/Moscow MSK - 3 -;America/New_York EST EDT -5 U;America/Chicago CST CDT -6 U;America/Denver MST MDT -7 U;" +
	"America/Los_Angeles PST PDT -8 U;US/Pacific PST PDT -8 U;US/Eastern EST EDT -5 U;America/Sao_Paulo -03 - -3 -;" +
	"Asia/Tokyo JST - 9 -;Asia/Shanghai CST - 8 -;Asia/Singapore +08 - 8 -;Asia/Dubai +04 - 4 -;Asia/Seoul KST - 9 -;"

func LoadLocation(name string) (*Location, error) {
	if name == "" || name == "UTC" || name == "Local" {
		return UTC, nil
	}
	for rest := zones; rest != ""; {
		i := 0
		for rest[i] != ';' {
			i++
		}
		if f := fields(rest[:i]); f[0] == name {
			return f.location(), nil
		}
		rest = rest[i+1:]
	}
	return nil, errors.New("unknown time zone " + name)
}

type zoneLine [5]string

func fields(s string) (f zoneLine) {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] == ' ' {
			n++
		} else {
			f[n] += s[i : i+1]
		}
	}
	return
}

func (f zoneLine) location() *Location {
	l := &Location{name: f[0], abbrev: f[1], rule: f[4][0]}
	if f[2] != "-" {
		l.summer = f[2]
	}
	hours, neg := f[3], false
	if hours[0] == '-' {
		hours, neg = hours[1:], true
	}
	l.offset = int(hours[0]-'0') * 3600
	if neg {
		l.offset = -l.offset
	}
	return l
}

// at is what the clocks of the zone show sec seconds after 1970.
func (l *Location) at(sec int64) (abbrev string, offset int) {
	if l.summer == "" {
		return l.abbrev, l.offset
	}
	year, _, _ := date(floorDiv(int(sec)+l.offset, daySeconds))
	from := sunday(year, 3, 31)*daySeconds + 3600
	to := sunday(year, 10, 31)*daySeconds + 3600
	if l.rule == 'U' { // at two o'clock, of winter and of summer time
		from = sunday(year, 3, 14)*daySeconds + 7200 - l.offset
		to = sunday(year, 11, 7)*daySeconds + 3600 - l.offset
	}
	if int(sec) >= from && int(sec) < to {
		return l.summer, l.offset + 3600
	}
	return l.abbrev, l.offset
}

// sunday is the last Sunday up to a day, counted from 1970.
func sunday(year, month, day int) int {
	d := days(year, month, day)
	return d - (d+4)%7
}

// zoned is a time that does not fit into a word.
type zoned struct {
	sec, nsec int64
	loc       *Location
	next      *zoned
}

// Words below this one are addresses of zoned times, counted from the most negative number.
const nearest = unixZero + 1<<48

var kept *zoned

//op ALD r a
func load(addr **zoned) *zoned

//op CAS r a b
func cas(addr **zoned, old, new *zoned) bool

func (t Time) zoned() *zoned { return (*zoned)(unsafe.Pointer(uintptr(t.ns - unixZero))) }

// keep finds the time in the list or adds it. Equal times are one word as long as they are among the
// last few: the list is not searched to its end.
func keep(sec, nsec int64, loc *Location) Time {
	z := &zoned{sec, nsec, loc, nil}
	for {
		z.next = load(&kept)
		n := 0
		for o := z.next; o != nil && n < 50; o = o.next {
			if o.sec == sec && o.nsec == nsec && o.loc == loc {
				return Time{int64(uintptr(unsafe.Pointer(o))) + unixZero}
			}
			n++
		}
		if cas(&kept, z.next, z) {
			return Time{int64(uintptr(unsafe.Pointer(z))) + unixZero}
		}
	}
}

func (t Time) Location() *Location {
	if t.ns < nearest && t.ns != unixZero {
		return t.zoned().loc
	}
	return UTC
}

func (t Time) UTC() Time   { return t.In(UTC) }
func (t Time) Local() Time { return t.In(Local) }

func (t Time) In(loc *Location) Time {
	if loc == nil {
		panic("time: missing Location in call to Time.In")
	}
	sec, nsec := t.split()
	return join(sec, nsec, loc)
}

func (t Time) Zone() (name string, offset int) {
	sec, _ := t.split()
	return t.Location().at(sec)
}

// offset writes the zone's offset: +07:00.
func (t Time) offset(colon string) string {
	_, o := t.Zone()
	o /= 60
	sign := "+"
	if o < 0 {
		sign, o = "-", -o
	}
	return sign + pad(o/60, "0") + colon + pad(o%60, "0")
}

// zoneName is the zone's name, or what stands for one.
func (t Time) zoneName() string {
	if name, _ := t.Zone(); name != "" {
		return name
	}
	return t.offset("")
}
