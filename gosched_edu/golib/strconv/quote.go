package strconv

import "unicode/utf8"

// Quoting. IsPrint goes by blocks of Unicode, not by the full table: it takes code points that are
// not assigned for printable.

func Quote(s string) string        { return asString(appendQuoted(nil, s, '"', false)) }
func QuoteToASCII(s string) string { return asString(appendQuoted(nil, s, '"', true)) }
func QuoteRune(r rune) string      { return asString(AppendQuoteRune(nil, r)) }

func QuoteRuneToASCII(r rune) string { return asString(AppendQuoteRuneToASCII(nil, r)) }

func AppendQuote(dst []byte, s string) []byte        { return appendQuoted(dst, s, '"', false) }
func AppendQuoteToASCII(dst []byte, s string) []byte { return appendQuoted(dst, s, '"', true) }

func AppendQuoteRune(dst []byte, r rune) []byte { return appendQuotedRune(dst, r, false) }

func AppendQuoteRuneToASCII(dst []byte, r rune) []byte { return appendQuotedRune(dst, r, true) }

func appendQuotedRune(dst []byte, r rune, ascii bool) []byte {
	if !utf8.ValidRune(r) {
		r = utf8.RuneError
	}
	return append(appendEscaped(append(dst, '\''), r, '\'', ascii), '\'')
}

func appendQuoted(dst []byte, s string, quote byte, ascii bool) []byte {
	dst = append(dst, quote)
	for s != "" {
		r, width := utf8.DecodeRuneInString(s)
		if width == 1 && r == utf8.RuneError {
			dst = append(dst, '\\', 'x', digits[s[0]>>4], digits[s[0]&15])
		} else {
			dst = appendEscaped(dst, r, quote, ascii)
		}
		s = s[width:]
	}
	return append(dst, quote)
}

func appendEscaped(dst []byte, r rune, quote byte, ascii bool) []byte {
	if r == rune(quote) || r == '\\' {
		return append(dst, '\\', byte(r))
	}
	if r < utf8.RuneSelf && r >= ' ' && r != 0x7f || !ascii && IsPrint(r) {
		return utf8.AppendRune(dst, r)
	}
	const names = "abtnvfr" // 7 to 13
	switch {
	case r >= 7 && r <= 13:
		return append(dst, '\\', names[r-7])
	case r < ' ' || r == 0x7f:
		return append(dst, '\\', 'x', digits[r>>4], digits[r&15])
	case r < 0x10000:
		return appendHex(append(dst, '\\', 'u'), r, 12)
	}
	return appendHex(append(dst, '\\', 'U'), r, 28)
}

func appendHex(dst []byte, r rune, shift int) []byte {
	for ; shift >= 0; shift -= 4 {
		dst = append(dst, digits[r>>uint(shift)&15])
	}
	return dst
}

func CanBackquote(s string) bool {
	for s != "" {
		r, width := utf8.DecodeRuneInString(s)
		s = s[width:]
		if r == '\ufeff' || width == 1 && (r == utf8.RuneError || r < ' ' && r != '\t' || r == '`' || r == '\u007F') {
			return false
		}
	}
	return true
}

// IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space.
func IsPrint(r rune) bool {
	switch {
	case r < 0x7f:
		return r >= ' '
	case r < 0xa1, r == 0xad, r > 0x10ffff:
		return false
	case r < 0x2000:
		return r != 0x1680 && r != 0x180e && r != 0x61c
	case r < 0x2010, r >= 0x2028 && r <= 0x202f, r >= 0x205f && r <= 0x206f, r == 0x3000:
		return false
	case r >= 0xd800 && r < 0xf900, r == 0xfeff, r >= 0xfff0 && r < 0xfffc, r&0xfffe == 0xfffe:
		return false
	}
	return r < 0x33480 || r >= 0xe0100 && r < 0xe01f0
}

func IsGraphic(r rune) bool {
	return IsPrint(r) || r == 0xa0 || r == 0x1680 || r >= 0x2000 && r <= 0x200a || r == 0x202f || r == 0x205f || r == 0x3000
}

// QuotedPrefix is the Go literal that s begins with.
//
//since 1.17
func QuotedPrefix(s string) (string, error) {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == s[0]:
			if _, err := Unquote(s[:i+1]); err != nil {
				return "", err
			}
			return s[:i+1], nil
		case s[i] == '\\' && s[0] != '`':
			i++
		}
	}
	return "", ErrSyntax
}

// Unquote takes a Go literal apart: "..." or `...` or '...'.
func Unquote(s string) (string, error) {
	if len(s) < 2 || s[0] != s[len(s)-1] {
		return "", ErrSyntax
	}
	quote := s[0]
	s = s[1 : len(s)-1]
	if quote == '`' {
		return unquoteRaw(s)
	}
	if quote != '"' && quote != '\'' {
		return "", ErrSyntax
	}
	var b []byte
	count := 0
	for s != "" {
		if s[0] == quote || s[0] == '\n' {
			return "", ErrSyntax
		}
		r, multibyte, tail, err := UnquoteChar(s, quote)
		if err != nil {
			return "", err
		}
		s = tail
		count++
		if multibyte {
			b = utf8.AppendRune(b, r)
		} else {
			b = append(b, byte(r))
		}
	}
	if quote == '\'' && count != 1 {
		return "", ErrSyntax
	}
	return asString(b), nil
}

func unquoteRaw(s string) (string, error) {
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] == '`' {
			return "", ErrSyntax
		}
		if s[i] != '\r' {
			b = append(b, s[i])
		}
	}
	return asString(b), nil
}

func UnquoteChar(s string, quote byte) (value rune, multibyte bool, tail string, err error) {
	if s == "" || s[0] == quote && (quote == '"' || quote == '\'') {
		return 0, false, "", ErrSyntax
	}
	if s[0] != '\\' {
		r, width := utf8.DecodeRuneInString(s)
		if width == 1 && r == utf8.RuneError {
			r = rune(s[0])
		}
		return r, width > 1, s[width:], nil
	}
	if len(s) < 2 {
		return 0, false, "", ErrSyntax
	}
	c := s[1]
	s = s[2:]
	n, base := 0, 16
	switch c {
	case 'x':
		n = 2
	case 'u':
		n = 4
	case 'U':
		n = 8
	case '0', '1', '2', '3', '4', '5', '6', '7':
		value = rune(c - '0')
		n, base = 2, 8
	case '\\':
		return '\\', false, s, nil
	case '\'', '"':
		if c != quote {
			return 0, false, "", ErrSyntax
		}
		return rune(c), false, s, nil
	default:
		const names = "abtnvfr"
		for i := 0; i < len(names); i++ {
			if names[i] == c {
				return rune(7 + i), false, s, nil
			}
		}
		return 0, false, "", ErrSyntax
	}
	if len(s) < n {
		return 0, false, "", ErrSyntax
	}
	for i := 0; i < n; i++ {
		d := digit(s[i])
		if d >= base {
			return 0, false, "", ErrSyntax
		}
		value = value*rune(base) + rune(d)
	}
	if base == 8 && value > 255 || n > 2 && !utf8.ValidRune(value) {
		return 0, false, "", ErrSyntax
	}
	return value, n > 2, s[n:], nil
}
