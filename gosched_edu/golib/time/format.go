package time

// Layouts show how the reference time, Mon Jan 2 15:04:05 MST 2006, is written.
const (
	Layout      = "01/02 03:04:05PM '06 -0700"
	ANSIC       = "Mon Jan _2 15:04:05 2006"
	UnixDate    = "Mon Jan _2 15:04:05 MST 2006"
	RubyDate    = "Mon Jan 02 15:04:05 -0700 2006"
	RFC822      = "02 Jan 06 15:04 MST"
	RFC822Z     = "02 Jan 06 15:04 -0700"
	RFC850      = "Monday, 02-Jan-06 15:04:05 MST"
	RFC1123     = "Mon, 02 Jan 2006 15:04:05 MST"
	RFC1123Z    = "Mon, 02 Jan 2006 15:04:05 -0700"
	RFC3339     = "2006-01-02T15:04:05Z07:00"
	RFC3339Nano = "2006-01-02T15:04:05.999999999Z07:00"
	Kitchen     = "3:04PM"
	Stamp       = "Jan _2 15:04:05"
	StampMilli  = "Jan _2 15:04:05.000"
	StampMicro  = "Jan _2 15:04:05.000000"
	StampNano   = "Jan _2 15:04:05.000000000"
	DateTime    = "2006-01-02 15:04:05"
	DateOnly    = "2006-01-02"
	TimeOnly    = "15:04:05"
)

// elements of a layout; longer ones before those they begin with.
const elements = "2006 January Jan Monday Mon MST -07:00 -0700 -07 Z07:00 Z0700 002 01 02 03 04 05 06 15 _2 1 2 3 4 5 PM pm "

func hasPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && s[:len(prefix)] == prefix
}

// element returns the element that layout begins with, or "".
func element(layout string) string {
	from := 0
	for i := 0; i < len(elements); i++ {
		if elements[i] == ' ' {
			if e := elements[from:i]; hasPrefix(layout, e) {
				return e
			}
			from = i + 1
		}
	}
	if layout[0] == '.' || layout[0] == ',' {
		n := 1
		for n < len(layout) && (layout[n] == '0' || layout[n] == '9') && layout[n] == layout[1] {
			n++
		}
		if n > 1 && (n == len(layout) || layout[n] < '0' || layout[n] > '9') {
			return layout[:n]
		}
	}
	return ""
}

func (t Time) Format(layout string) string {
	return string(t.AppendFormat(nil, layout))
}

func (t Time) AppendFormat(b []byte, layout string) []byte {
	for layout != "" {
		e := element(layout)
		if e == "" {
			b = append(b, layout[0])
			layout = layout[1:]
			continue
		}
		b = append(b, t.element(e)...)
		layout = layout[len(e):]
	}
	return b
}

// pad writes n with at least two places, the first of them a given byte.
func pad(n int, with string) string {
	if n < 10 {
		return with + utoa(uint64(n))
	}
	return utoa(uint64(n))
}

func (t Time) element(e string) string {
	switch e {
	case "2006":
		if y := t.Year(); y < 0 {
			return "-" + utoa(uint64(10000 - y))[1:]
		} else if y > 9999 {
			return utoa(uint64(y))
		}
		return utoa(uint64(t.Year()) + 10000)[1:]
	case "06":
		return pad(t.Year()%100, "0")
	case "January":
		return t.Month().String()
	case "Jan":
		return t.Month().String()[:3]
	case "Monday":
		return t.Weekday().String()
	case "Mon":
		return t.Weekday().String()[:3]
	case "MST":
		return t.zoneName()
	case "-07:00":
		return t.offset(":")
	case "-0700":
		return t.offset("")
	case "-07":
		return t.offset("")[:3]
	case "Z07:00", "Z0700":
		if _, offset := t.Zone(); offset == 0 {
			return "Z"
		}
		return t.offset(e[3 : len(e)-2])
	case "PM", "pm":
		if t.Hour() >= 12 {
			return e
		}
		return forenoon(e)
	case "15":
		return pad(t.Hour(), "0")
	case "002":
		return utoa(uint64(t.YearDay()) + 1000)[1:]
	}
	with := ""
	switch e[0] {
	case '0':
		with = "0"
	case '_':
		with = " "
	case '.', ',':
		return t.fraction(e)
	}
	n := 0
	switch e[len(e)-1] {
	case '1':
		n = int(t.Month())
	case '2':
		n = t.Day()
	case '3':
		n = (t.Hour()+11)%12 + 1
	case '4':
		n = t.Minute()
	case '5':
		n = t.Second()
	}
	return pad(n, with)
}

func (t Time) fraction(e string) string {
	s := utoa(uint64(t.Nanosecond()) + 1000000000)[1:]
	if len(e) < 10 {
		s = s[:len(e)-1]
	}
	if e[1] == '0' {
		return e[:1] + s
	}
	for s != "" && s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	if s == "" {
		return ""
	}
	return e[:1] + s
}

// String adds the monotonic reading, which times that Now returned have. The word does not say
// where it came from; what lies within the run is taken to come from Now.
func (t Time) String() string {
	s := t.Format("2006-01-02 15:04:05.999999999 -0700 MST")
	m := t.ns - epoch
	if t.ns < 0 || m <= 0 || m > nanotime()+int64(Hour) {
		return s
	}
	return s + " m=+" + utoa(uint64(m/1e9)) + "." + utoa(uint64(m%1e9 + 1e9))[1:]
}

//since 1.24
func (t Time) AppendText(b []byte) ([]byte, error) { return t.AppendFormat(b, RFC3339Nano), nil }

func (t Time) MarshalText() ([]byte, error) { return t.AppendFormat(nil, RFC3339Nano), nil }

func (t *Time) UnmarshalText(data []byte) (err error) {
	*t, err = Parse(RFC3339, string(data))
	return
}

//since 1.17
func (t Time) GoString() string {
	y, m, d := t.Date()
	h, min, s := t.Clock()
	return "time.Date(" + utoa(uint64(y)) + ", time." + m.String() + ", " + utoa(uint64(d)) + ", " + utoa(uint64(h)) +
		", " + utoa(uint64(min)) + ", " + utoa(uint64(s)) + ", " + utoa(uint64(t.Nanosecond())) + ", " + t.zoneCode() + ")"
}

func (t Time) zoneCode() string {
	if l := t.Location(); l != UTC {
		return "time.Location(" + quote(l.name) + ")"
	}
	return "time.UTC"
}

// A ParseError says what in a text is not as the layout says.
type ParseError struct {
	Layout, Value, LayoutElem, ValueElem, Message string
}

func (e *ParseError) Error() string {
	if e.Message != "" {
		return "parsing time " + quote(e.Value) + e.Message
	}
	return "parsing time " + quote(e.Value) + " as " + quote(e.Layout) + ": cannot parse " +
		quote(e.ValueElem) + " as " + quote(e.LayoutElem)
}

// Parse reads numbers, names of months and days, and offsets. A zone that it knows only by name, and
// that is not one of Local's, has the offset 0.
func Parse(layout, value string) (Time, error) {
	return parse(layout, value, UTC, Local)
}

// ParseInLocation takes times without a zone for those of loc.
func ParseInLocation(layout, value string, loc *Location) (Time, error) {
	return parse(layout, value, loc, loc)
}

func parse(layout, value string, loc, local *Location) (Time, error) {
	p := parser{value: value, year: 0, month: 1, day: 1, loc: loc, local: local}
	for rest := layout; rest != ""; {
		e := element(rest)
		ok := false
		if e == "" {
			e = rest[:1]
			ok = p.literal(e)
		} else {
			ok = p.element(e)
		}
		if !ok {
			return Time{}, &ParseError{layout, value, e, p.value, ""}
		}
		rest = rest[len(e):]
	}
	if p.value != "" {
		return Time{}, &ParseError{layout, value, "", p.value, ": extra text: " + quote(p.value)}
	}
	if p.pm && p.hour < 12 {
		p.hour += 12
	} else if p.am && p.hour == 12 {
		p.hour = 0
	}
	field := ""
	switch {
	case p.month < 1 || p.month > 12:
		field = "month"
	case p.day < 1 || p.day > days(p.year, p.month+1, 1)-days(p.year, p.month, 1):
		field = "day"
	case p.hour > 23:
		field = "hour"
	case p.min > 59:
		field = "minute"
	case p.sec > 59:
		field = "second"
	}
	if field != "" {
		return Time{}, &ParseError{layout, value, "", value, ": " + field + " out of range"}
	}
	return Date(p.year, Month(p.month), p.day, p.hour, p.min, p.sec, p.nsec, p.loc), nil
}

type parser struct {
	value                                  string
	year, month, day, hour, min, sec, nsec int
	am, pm                                 bool
	loc, local                             *Location
}

func (p *parser) literal(s string) bool {
	if !hasPrefix(p.value, s) {
		return false
	}
	p.value = p.value[len(s):]
	return true
}

// number reads from low to high digits.
func (p *parser) number(low, high int, to *int) bool {
	n, i := 0, 0
	for i < high && i < len(p.value) && p.value[i] >= '0' && p.value[i] <= '9' {
		n = n*10 + int(p.value[i]-'0')
		i++
	}
	if i < low {
		return false
	}
	*to = n
	p.value = p.value[i:]
	if low == 2 && high == 2 && to == &p.sec && len(p.value) > 1 && (p.value[0] == '.' || p.value[0] == ',') && p.value[1] >= '0' && p.value[1] <= '9' {
		p.fraction() // may follow the seconds where the layout has none
	}
	return true
}

func (p *parser) fraction() bool {
	p.value = p.value[1:]
	unit := 100000000
	p.nsec = 0
	for p.value != "" && p.value[0] >= '0' && p.value[0] <= '9' {
		p.nsec += int(p.value[0]-'0') * unit
		unit /= 10
		p.value = p.value[1:]
	}
	return true
}

func (p *parser) named(names string, count, letters int) int {
	for i := 0; i < count; i++ {
		s := name(names, i)
		if letters > 0 {
			s = s[:letters]
		}
		if p.literal(s) {
			return i + 1
		}
	}
	return 0
}

func (p *parser) element(e string) bool {
	switch e {
	case "2006":
		return p.number(4, 4, &p.year)
	case "06":
		ok := p.number(2, 2, &p.year)
		if p.year += 1900; p.year < 1969 {
			p.year += 100
		}
		return ok
	case "January":
		p.month = p.named(monthNames, 12, 0)
		return p.month > 0
	case "Jan":
		p.month = p.named(monthNames, 12, 3)
		return p.month > 0
	case "Monday":
		return p.named(dayNames, 7, 0) > 0
	case "Mon":
		return p.named(dayNames, 7, 3) > 0
	case "MST":
		return p.zoneName()
	case "Z07:00", "Z0700":
		if p.literal("Z") {
			p.loc = UTC
			return true
		}
		return p.zoneOffset(e[1:])
	case "-07:00", "-0700", "-07":
		return p.zoneOffset(e[1:])
	case "PM", "pm":
		p.pm = p.literal(e)
		p.am = !p.pm && p.literal(forenoon(e))
		return p.am || p.pm
	case "15":
		return p.number(2, 2, &p.hour)
	case "_2":
		p.literal(" ")
		return p.number(1, 2, &p.day)
	case "002":
		return p.number(3, 3, &p.day)
	}
	low := len(e)
	switch e[len(e)-1] {
	case '1':
		return p.number(low, 2, &p.month)
	case '2':
		return p.number(low, 2, &p.day)
	case '3':
		ok := p.number(low, 2, &p.hour)
		if p.hour > 12 {
			p.hour = 24
		}
		return ok
	case '4':
		return p.number(low, 2, &p.min)
	case '5':
		return p.number(low, 2, &p.sec)
	}
	if p.value == "" || p.value[0] != '.' && p.value[0] != ',' {
		return e[1] == '9' || p.nsec > 0
	}
	return p.fraction()
}

// zoneName reads three or four capitals.
func (p *parser) zoneName() bool {
	n := 0
	for n < len(p.value) && p.value[n] >= 'A' && p.value[n] <= 'Z' {
		n++
	}
	if n < 3 || n > 4 {
		return false
	}
	name := p.value[:n]
	p.value = p.value[n:]
	switch {
	case name == "UTC":
		p.loc = UTC
	case p.loc.name != "" && (name == p.local.abbrev || name == p.local.summer):
		p.loc = p.local
	case p.loc.name != "":
		p.loc = FixedZone(name, 0)
	default: // the offset came before
		p.loc = FixedZone(name, p.loc.offset)
	}
	return true
}

// zoneOffset reads a sign and 0700, 07:00 or 07.
func (p *parser) zoneOffset(form string) bool {
	if p.value == "" || p.value[0] != '+' && p.value[0] != '-' {
		return false
	}
	sign := 60
	if p.value[0] == '-' {
		sign = -60
	}
	p.value = p.value[1:]
	hour, min := 0, 0
	if !p.number(2, 2, &hour) || form == "07:00" && !p.literal(":") || form != "07" && !p.number(2, 2, &min) {
		return false
	}
	p.loc = UTC
	if offset := sign * (hour*60 + min); offset != 0 {
		p.loc = FixedZone("", offset)
	}
	return true
}

func forenoon(e string) string {
	if e == "pm" {
		return "am"
	}
	return "AM"
}
