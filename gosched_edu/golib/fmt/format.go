package fmt

import (
	"strconv"
	"unicode/utf8"
)

// Writing one operand of a basic kind with flags, width and precision (fmt/format.go).

// flags are those of one verb.
type flags struct {
	wid, prec                                        int
	hasWid, hasPrec, minus, plus, sharp, space, zero bool
	plusV, sharpV                                    bool // %+v and %#v turn plus and sharp into these
}

func (p *pp) str(s string) { p.buf = append(p.buf, s...) }
func (p *pp) byte(c byte)  { p.buf = append(p.buf, c) }

func (p *pp) padding(n int) {
	c := byte(' ')
	if p.zero && !p.minus {
		c = '0'
	}
	for ; n > 0; n-- {
		p.buf = append(p.buf, c)
	}
}

func (p *pp) pad(s string) {
	if !p.hasWid || p.wid == 0 {
		p.str(s)
		return
	}
	n := p.wid - utf8.RuneCountInString(s)
	if p.minus {
		p.str(s)
		p.padding(n)
	} else {
		p.padding(n)
		p.str(s)
	}
}

// padSpaces pads as if there were no flag 0.
func (p *pp) padSpaces(s string) {
	zero := p.zero
	p.zero = false
	p.pad(s)
	p.zero = zero
}

func (p *pp) fmtBool(v bool, verb rune) {
	if verb != 't' && verb != 'v' {
		p.badVerb(verb)
		return
	}
	p.pad(strconv.FormatBool(v))
}

func upper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			b[i] = c - 32
		}
	}
	return string(b)
}

// fmtInt writes an integer verb's operand.
func (p *pp) fmtInt(u uint64, signed bool, verb rune) {
	switch verb {
	case 'v':
		if p.sharpV && !signed {
			p.fmt0x64(u, true)
			return
		}
		p.fmtInteger(u, 10, signed, verb)
	case 'd':
		p.fmtInteger(u, 10, signed, verb)
	case 'b':
		p.fmtInteger(u, 2, signed, verb)
	case 'o', 'O':
		p.fmtInteger(u, 8, signed, verb)
	case 'x', 'X':
		p.fmtInteger(u, 16, signed, verb)
	case 'c':
		p.pad(string(toRune(u)))
	case 'q':
		if p.plus {
			p.pad(strconv.QuoteRuneToASCII(toRune(u)))
		} else {
			p.pad(strconv.QuoteRune(toRune(u)))
		}
	case 'U':
		p.fmtUnicode(u)
	default:
		p.badVerb(verb)
	}
}

func toRune(u uint64) rune {
	if u > utf8.MaxRune {
		return utf8.RuneError
	}
	return rune(u)
}

func (p *pp) fmt0x64(u uint64, leading0x bool) {
	sharp := p.sharp
	p.sharp = leading0x
	p.fmtInteger(u, 16, false, 'v')
	p.sharp = sharp
}

func (p *pp) fmtInteger(u uint64, base int, signed bool, verb rune) {
	negative := signed && int64(u) < 0
	if negative {
		u = -u
	}
	prec := 0 // digits at least
	if p.hasPrec {
		prec = p.prec
		if prec == 0 && u == 0 {
			p.padSpaces("")
			return
		}
	} else if p.zero && !p.minus && p.hasWid {
		prec = p.wid
		if negative || p.plus || p.space {
			prec--
		}
	}
	s := strconv.FormatUint(u, base)
	for len(s) < prec {
		s = "0" + s
	}
	if p.sharp {
		switch {
		case base == 2:
			s = "0b" + s
		case base == 8 && s[0] != '0':
			s = "0" + s
		case base == 16:
			s = "0x" + s
		}
	}
	switch verb {
	case 'O':
		s = "0o" + s
	case 'X':
		s = upper(s)
	}
	switch {
	case negative:
		s = "-" + s
	case p.plus:
		s = "+" + s
	case p.space:
		s = " " + s
	}
	p.padSpaces(s)
}

func (p *pp) fmtUnicode(u uint64) {
	prec := 4
	if p.hasPrec && p.prec > 4 {
		prec = p.prec
	}
	s := upper(strconv.FormatUint(u, 16))
	for len(s) < prec {
		s = "0" + s
	}
	s = "U+" + s
	if p.sharp && u <= utf8.MaxRune && strconv.IsPrint(rune(u)) {
		s += " '" + string(rune(u)) + "'"
	}
	p.padSpaces(s)
}

func (p *pp) fmtFloat(v float64, size int, verb rune) {
	prec := -1
	switch verb {
	case 'v':
		verb = 'g'
	case 'F':
		verb = 'f'
		prec = 6
	case 'e', 'E', 'f':
		prec = 6
	case 'g', 'G':
	default:
		p.badVerb(verb)
		return
	}
	if p.hasPrec {
		prec = p.prec
	}
	s := strconv.FormatFloat(v, byte(verb), prec, size)
	if p.sharp {
		s = sharpFloat(s, verb, prec)
	}
	sign := ""
	if s[0] == '-' || s[0] == '+' {
		sign, s = s[:1], s[1:]
	}
	if sign != "-" {
		sign = ""
		if p.plus {
			sign = "+"
		} else if p.space {
			sign = " "
		}
	}
	if s[0] == 'I' || s[0] == 'N' {
		if s[0] == 'I' && sign == "" {
			sign = "+"
		}
		p.padSpaces(sign + s)
		return
	}
	if sign != "" && p.zero && !p.minus && p.hasWid && p.wid > len(s)+1 {
		p.str(sign)
		p.padding(p.wid - len(s) - 1)
		p.str(s)
		return
	}
	p.pad(sign + s)
}

// sharpFloat puts in a decimal point, and for %g trailing zeros.
func sharpFloat(s string, verb rune, prec int) string {
	digits := 0
	if verb == 'g' || verb == 'G' {
		digits = prec
		if digits == -1 {
			digits = 6
		}
	}
	point, nonzero, end := false, false, len(s)
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == 'e' || c == 'E' {
			end = i
			break
		}
		if c == '.' {
			point = true
			continue
		}
		nonzero = nonzero || c > '0' && c <= '9'
		if nonzero {
			digits--
		}
	}
	num, tail := s[:end], s[end:]
	if s[len(s)-1] > '9' { // an infinity or no number
		return s
	}
	if !point {
		if num == "0" || num == "-0" {
			digits--
		}
		num += "."
	}
	for ; digits > 0; digits-- {
		num += "0"
	}
	return num + tail
}

func (p *pp) fmtComplex(v complex128, size int, verb rune) {
	if verb == 'v' || verb >= 'e' && verb <= 'g' || verb >= 'E' && verb <= 'G' {
		plus := p.plus
		p.byte('(')
		p.fmtFloat(real(v), size/2, verb)
		p.plus = true
		p.fmtFloat(imag(v), size/2, verb)
		p.str("i)")
		p.plus = plus
		return
	}
	p.badVerb(verb)
}

func (p *pp) fmtString(s string, verb rune) {
	switch verb {
	case 'v':
		if p.sharpV {
			p.fmtQ(s)
		} else {
			p.pad(p.truncate(s))
		}
	case 's':
		p.pad(p.truncate(s))
	case 'x', 'X':
		p.fmtSbx(s, verb)
	case 'q':
		p.fmtQ(s)
	default:
		p.badVerb(verb)
	}
}

// truncate cuts s to as many runes as the precision says.
func (p *pp) truncate(s string) string {
	if p.hasPrec {
		n := p.prec
		for i := range s {
			n--
			if n < 0 {
				return s[:i]
			}
		}
	}
	return s
}

func (p *pp) fmtQ(s string) {
	s = p.truncate(s)
	switch {
	case p.sharp && strconv.CanBackquote(s):
		s = "`" + s + "`"
	case p.plus:
		s = strconv.QuoteToASCII(s)
	default:
		s = strconv.Quote(s)
	}
	p.pad(s)
}

// fmtSbx writes two hexadecimal digits for each byte.
func (p *pp) fmtSbx(s string, verb rune) {
	digits := "0123456789abcdefx"
	if verb == 'X' {
		digits = "0123456789ABCDEFX"
	}
	if p.hasPrec && p.prec < len(s) {
		s = s[:p.prec]
	}
	var b []byte
	for i := 0; i < len(s); i++ {
		if p.space && i > 0 {
			b = append(b, ' ')
		}
		if p.sharp && (p.space || i == 0) {
			b = append(b, '0', digits[16])
		}
		b = append(b, digits[s[i]>>4], digits[s[i]&15])
	}
	p.pad(string(b))
}
