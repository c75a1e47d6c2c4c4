package json

import "strconv"

type SyntaxError struct {
	msg    string
	Offset int64
}

func (e *SyntaxError) Error() string { return e.msg }

// Valid says whether data is one value of JSON.
func Valid(data []byte) bool { return check(data) == nil }

func check(data []byte) error {
	s := &scanner{data: data}
	s.value("looking for beginning of value")
	if s.err == nil {
		s.space()
		if s.at < len(data) {
			s.fail("after top-level value")
		}
	}
	return s.err
}

// A scanner walks over a value. After an error it is at the end of its text.
type scanner struct {
	data  []byte
	at    int
	err   error
	short bool // the text ended too early
}

func skipSpace(data []byte, at int) int {
	for at < len(data) && (data[at] == ' ' || data[at] == '\t' || data[at] == '\r' || data[at] == '\n') {
		at++
	}
	return at
}

func (s *scanner) space() { s.at = skipSpace(s.data, s.at) }

// fail reports the byte that is next, or the end.
func (s *scanner) fail(context string) {
	if s.at < len(s.data) {
		s.stop("invalid character " + quoted(s.data[s.at:]) + " " + context)
	} else {
		s.short = s.err == nil
		s.stop("unexpected end of JSON input")
	}
}

func (s *scanner) stop(msg string) {
	if s.err == nil {
		s.err = &SyntaxError{msg, int64(s.at)}
	}
	s.at = len(s.data)
}

func quoted(b []byte) string {
	for _, r := range string(b) {
		if r == '"' {
			return `'"'`
		}
		return strconv.QuoteRune(r)
	}
	return ""
}

func (s *scanner) next() byte {
	if s.at < len(s.data) {
		return s.data[s.at]
	}
	return 0
}

func (s *scanner) value(context string) {
	s.space()
	switch c := s.next(); {
	case c == '{':
		s.at++
		s.members('}', func() { s.member() })
	case c == '[':
		s.at++
		s.members(']', func() {
			s.value("looking for beginning of value")
			s.separator(']', "after array element")
		})
	case c == '"':
		s.text()
	case c == 't':
		s.word("true")
	case c == 'f':
		s.word("false")
	case c == 'n':
		s.word("null")
	case c == '-' || '0' <= c && c <= '9':
		s.number()
	default:
		s.fail(context)
	}
}

// members walks over what stands in brackets.
func (s *scanner) members(close byte, member func()) {
	s.space()
	if s.next() == close && s.at < len(s.data) {
		s.at++
		return
	}
	for s.err == nil {
		member()
		if s.err == nil && s.data[s.at-1] == close {
			return
		}
	}
}

func (s *scanner) member() {
	s.space()
	if s.next() != '"' {
		s.fail("looking for beginning of object key string")
		return
	}
	s.text()
	s.space()
	if s.next() != ':' {
		s.fail("after object key")
		return
	}
	s.at++
	s.value("looking for beginning of value")
	s.separator('}', "after object key:value pair")
}

// separator walks over a comma or the closing bracket.
func (s *scanner) separator(close byte, context string) {
	s.space()
	if c := s.next(); s.err == nil && (c == ',' || c == close) {
		s.at++
	} else {
		s.fail(context)
	}
}

func (s *scanner) word(w string) {
	for i := 0; i < len(w); i++ {
		if s.next() != w[i] {
			s.fail("in literal " + w + " (expecting " + quoted([]byte{w[i]}) + ")")
			return
		}
		s.at++
	}
}

func (s *scanner) digits(context string) {
	if c := s.next(); c < '0' || c > '9' {
		s.fail(context)
		return
	}
	for c := s.next(); c >= '0' && c <= '9'; c = s.next() {
		s.at++
	}
}

func (s *scanner) number() {
	if s.next() == '-' {
		s.at++
	}
	if s.next() == '0' {
		s.at++
	} else {
		s.digits("in numeric literal")
	}
	if s.next() == '.' {
		s.at++
		s.digits("after decimal point in numeric literal")
	}
	if c := s.next(); c == 'e' || c == 'E' {
		s.at++
		if c := s.next(); c == '+' || c == '-' {
			s.at++
		}
		s.digits("in exponent of numeric literal")
	}
}

func (s *scanner) text() {
	for s.at++; s.err == nil; s.at++ {
		switch c := s.next(); {
		case s.at >= len(s.data):
			s.fail("in string literal")
		case c == '"':
			s.at++
			return
		case c < ' ':
			s.fail("in string")
		case c == '\\':
			s.escape()
		}
	}
}

func (s *scanner) escape() {
	from := s.at
	s.at++
	switch s.next() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return
	case 'u':
		for i := 0; i < 4; i++ {
			s.at++
			c := s.next() | 32
			if !('0' <= s.next() && s.next() <= '9' || 'a' <= c && c <= 'f') {
				break
			}
			if i == 3 {
				return
			}
		}
	}
	if s.at >= len(s.data) {
		s.fail("")
		return
	}
	end := s.at + 1
	if s.data[from+1] == 'u' {
		end = min(from+6, len(s.data))
	}
	s.stop("invalid escape sequence `" + string(s.data[from:end]) + "` in string")
}
