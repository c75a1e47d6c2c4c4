package time

// The calendar: days since 1970 to dates and back, by counting years that begin in March.

type Month int

const (
	January Month = 1 + iota
	February
	March
	April
	May
	June
	July
	August
	September
	October
	November
	December
)

type Weekday int

const (
	Sunday Weekday = iota
	Monday
	Tuesday
	Wednesday
	Thursday
	Friday
	Saturday
)

const monthNames = "January  February March    April    May      June     July     August   SeptemberOctober  November December "
const dayNames = "Sunday   Monday   Tuesday  WednesdayThursday Friday   Saturday "

// name cuts the i-th of names that are nine letters wide.
func name(names string, i int) string {
	s := names[9*i : 9*i+9]
	for s[len(s)-1] == ' ' {
		s = s[:len(s)-1]
	}
	return s
}

func (m Month) String() string {
	if m < January || m > December {
		return "%!Month(" + utoa(uint64(m)) + ")"
	}
	return name(monthNames, int(m)-1)
}

func (d Weekday) String() string {
	if d < Sunday || d > Saturday {
		return "%!Weekday(" + utoa(uint64(d)) + ")"
	}
	return name(dayNames, int(d))
}

func floorDiv(a, b int) int {
	if a < 0 {
		return (a+1)/b - 1
	}
	return a / b
}

// days counts from 1970-01-01 to a date; month may be any number.
func days(year, month, day int) int {
	month -= 3 // March is the first
	year += floorDiv(month, 12)
	month -= floorDiv(month, 12) * 12
	return year*365 + floorDiv(year, 4) - floorDiv(year, 100) + floorDiv(year, 400) +
		(month*153+2)/5 + day - 1 - 719468
}

func date(days int) (year int, month Month, day int) {
	days += 719468
	era := floorDiv(days, 146097)
	d := days - era*146097
	y := (d - d/1460 + d/36524 - d/146096) / 365
	d -= 365*y + y/4 - y/100
	m := (5*d + 2) / 153
	day = d - (153*m+2)/5 + 1
	year = y + era*400
	if m >= 10 {
		return year + 1, Month(m - 9), day
	}
	return year, Month(m + 3), day
}

func Date(year int, month Month, day, hour, min, sec, nsec int, loc *Location) Time {
	if loc == nil {
		panic("time: missing Location in call to Date")
	}
	s := int64(days(year, int(month), day))*daySeconds + int64(hour*3600+min*60+sec)
	_, offset := loc.at(s - int64(loc.offset))
	_, offset = loc.at(s - int64(offset)) // the first may be off near a change
	return join(s-int64(offset), int64(nsec), loc)
}

// local is the number of seconds since 1970 that the clocks of t's zone show.
func (t Time) local() int {
	sec, _ := t.split()
	_, offset := t.Location().at(sec)
	return int(sec) + offset
}

func (t Time) day() int { return floorDiv(t.local(), daySeconds) }

// clock is the second of the day.
func (t Time) clock() int { return t.local() - t.day()*daySeconds }

func (t Time) Date() (year int, month Month, day int) { return date(t.day()) }

func (t Time) Clock() (hour, min, sec int) {
	c := t.clock()
	return c / 3600, c / 60 % 60, c % 60
}

func (t Time) Year() int {
	y, _, _ := t.Date()
	return y
}

func (t Time) Month() Month {
	_, m, _ := t.Date()
	return m
}

func (t Time) Day() int {
	_, _, d := t.Date()
	return d
}

func (t Time) YearDay() int {
	return t.day() - days(t.Year(), 1, 1) + 1
}

func (t Time) Weekday() Weekday {
	d := t.day() + 4
	return Weekday(d - floorDiv(d, 7)*7)
}

func (t Time) Hour() int   { return t.clock() / 3600 }
func (t Time) Minute() int { return t.clock() / 60 % 60 }
func (t Time) Second() int { return t.clock() % 60 }

func (t Time) Nanosecond() int {
	_, nsec := t.split()
	return int(nsec)
}

func (t Time) AddDate(years, months, days int) Time {
	y, m, d := t.Date()
	h, min, s := t.Clock()
	return Date(y+years, m+Month(months), d+days, h, min, s, t.Nanosecond(), t.Location())
}

// ISOWeek is the week that begins on Monday; the first has the year's first Thursday.
func (t Time) ISOWeek() (year, week int) {
	thursday := t.AddDate(0, 0, 3-(int(t.Weekday())+6)%7)
	return thursday.Year(), (thursday.YearDay()-1)/7 + 1
}
