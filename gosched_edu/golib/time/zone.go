package time

import (
	"errors"
	"unsafe"
)

// A Location is a time zone with one offset from UTC, in seconds. There is no database of zones.
type Location struct {
	name   string
	offset int
}

var utc = Location{"UTC", 0}

var UTC *Location = &utc
var Local *Location = &utc

func (l *Location) String() string { return l.name }

func FixedZone(name string, offset int) *Location { return &Location{name, offset} }

func LoadLocation(name string) (*Location, error) {
	if name == "" || name == "UTC" || name == "Local" {
		return UTC, nil
	}
	return nil, errors.New("unknown time zone " + name)
}

// zoned is a time that does not fit into a word.
type zoned struct {
	sec, nsec int64
	loc       *Location
	next      *zoned
}

// Words below this one are addresses of zoned times, counted from the most negative number.
const nearest = unixZero + 1<<42

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
	l := t.Location()
	return l.name, l.offset
}

// offset writes the zone's offset: +07:00.
func (t Time) offset(colon string) string {
	o := t.Location().offset / 60
	sign := "+"
	if o < 0 {
		sign, o = "-", -o
	}
	return sign + pad(o/60, "0") + colon + pad(o%60, "0")
}

// zoneName is the zone's name, or what stands for one.
func (t Time) zoneName() string {
	if name := t.Location().name; name != "" {
		return name
	}
	return t.offset("")
}
