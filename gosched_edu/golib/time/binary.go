package time

import "errors"

// MarshalBinary writes a version, seconds since the year 1, nanoseconds and the zone's minutes, as Go does.
func (t Time) MarshalBinary() ([]byte, error) { return t.appendBinary(nil) }

//since 1.24
func (t Time) AppendBinary(b []byte) ([]byte, error) { return t.appendBinary(b) }

func (t Time) appendBinary(b []byte) ([]byte, error) {
	minutes := -1 // UTC
	if t.Location() != UTC {
		_, offset := t.Zone()
		minutes = offset / 60
	}
	sec, nsec := t.split()
	b = appendNumber(append(b, 1), sec-zeroSeconds, 8)
	return appendNumber(appendNumber(b, nsec, 4), int64(minutes), 2), nil
}

func (t *Time) UnmarshalBinary(data []byte) error {
	switch {
	case len(data) == 0:
		return errors.New("Time.UnmarshalBinary: no data")
	case data[0] != 1:
		return errors.New("Time.UnmarshalBinary: unsupported version")
	case len(data) != 15:
		return errors.New("Time.UnmarshalBinary: invalid length")
	}
	loc, minutes := UTC, int16(number(data[13:]))
	if minutes != -1 {
		loc = FixedZone("", int(minutes)*60)
		if local := Local; local.offset == loc.offset {
			loc = local
		}
	}
	*t = join(number(data[1:9])+zeroSeconds, number(data[9:13]), loc)
	return nil
}

// appendNumber writes the lowest bytes of n, the highest of them first.
func appendNumber(b []byte, n int64, bytes int) []byte {
	for i := bytes - 1; i >= 0; i-- {
		b = append(b, byte(n>>(8*i)))
	}
	return b
}

func number(b []byte) (n int64) {
	for _, x := range b {
		n = n<<8 | int64(x)
	}
	return
}
