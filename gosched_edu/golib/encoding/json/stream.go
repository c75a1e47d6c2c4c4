package json

import (
	"bytes"
	"errors"
	"io"
)

// An Encoder writes values, each on a line of its own.
type Encoder struct {
	w              io.Writer
	prefix, indent string
	raw            bool // < > & stay as they are
}

func NewEncoder(w io.Writer) *Encoder { return &Encoder{w: w} }

func (e *Encoder) SetIndent(prefix, indent string) { e.prefix, e.indent = prefix, indent }
func (e *Encoder) SetEscapeHTML(on bool)           { e.raw = !on }

func (e *Encoder) Encode(v any) error {
	b, err := marshal(v, !e.raw)
	if err != nil {
		return err
	}
	if e.prefix != "" || e.indent != "" {
		var out bytes.Buffer
		if err := Indent(&out, b, e.prefix, e.indent); err != nil {
			return err
		}
		b = out.Bytes()
	}
	_, err = e.w.Write(append(b, '\n'))
	return err
}

// A Decoder reads values, one behind the other.
type Decoder struct {
	r         io.Reader
	buf       []byte
	at        int
	ended     bool
	err       error
	open      []byte // brackets that Token went into
	useNumber bool
	strict    bool
}

func NewDecoder(r io.Reader) *Decoder { return &Decoder{r: r} }

func (d *Decoder) UseNumber()             { d.useNumber = true }
func (d *Decoder) DisallowUnknownFields() { d.strict = true }
func (d *Decoder) Buffered() io.Reader    { return bytes.NewReader(d.buf[d.at:]) }
func (d *Decoder) InputOffset() int64     { return int64(d.at) }

// fill reads more; false: there is no more.
func (d *Decoder) fill() bool {
	if d.ended {
		return false
	}
	b := make([]byte, 512)
	n, err := d.r.Read(b)
	d.buf = append(d.buf, b[:n]...)
	if err != nil {
		d.ended = true
		if err != io.EOF {
			d.err = err
		}
	}
	return n > 0 || !d.ended
}

// peek is the next byte that is no space; 0 at the end.
func (d *Decoder) peek() byte {
	for {
		d.at = skipSpace(d.buf, d.at)
		if d.at < len(d.buf) {
			return d.buf[d.at]
		}
		if !d.fill() {
			return 0
		}
	}
}

// next cuts the text of the next value off the input.
func (d *Decoder) next() ([]byte, error) {
	if d.peek() == 0 {
		if d.err != nil {
			return nil, d.err
		}
		return nil, io.EOF
	}
	for {
		s := &scanner{data: d.buf, at: d.at}
		s.value("looking for beginning of value")
		number := s.err == nil && s.at == len(d.buf) && d.buf[s.at-1] != '}' && d.buf[s.at-1] != ']' && d.buf[s.at-1] != '"'
		if (s.short || number) && d.fill() {
			continue
		}
		if s.short {
			return nil, io.ErrUnexpectedEOF
		}
		if s.err != nil {
			d.err = s.err
			return nil, s.err
		}
		text := d.buf[d.at:s.at]
		d.at = s.at
		return text, nil
	}
}

func (d *Decoder) Decode(v any) error {
	d.between()
	text, err := d.next()
	if err != nil {
		return err
	}
	dec := &decoder{scanner: scanner{data: text}, useNumber: d.useNumber, strict: d.strict}
	return dec.decode(v)
}

// between goes over the comma or colon before a value in what Token opened.
func (d *Decoder) between() {
	if c := d.peek(); len(d.open) > 0 && (c == ',' || c == ':') {
		d.at++
	}
}

// More says whether there is another element in the array or object.
func (d *Decoder) More() bool {
	c := d.peek()
	return c != 0 && c != ']' && c != '}'
}

// A Token is a Delim, bool, float64, Number, string or nil.
type Token any

// A Delim is one of the brackets.
type Delim rune

func (d Delim) String() string { return string(d) }

func (d *Decoder) Token() (Token, error) {
	d.between()
	switch c := d.peek(); c {
	case 0:
		if d.err != nil {
			return nil, d.err
		}
		return nil, io.EOF
	case '{', '[':
		d.at++
		d.open = append(d.open, c)
		return Delim(c), nil
	case '}', ']':
		if len(d.open) == 0 {
			return nil, errors.New("invalid character " + quoted([]byte{c}) + " looking for beginning of value")
		}
		d.at++
		d.open = d.open[:len(d.open)-1]
		return Delim(c), nil
	}
	text, err := d.next()
	if err != nil {
		return nil, err
	}
	dec := &decoder{scanner: scanner{data: text}, useNumber: d.useNumber}
	return dec.any(), nil
}
