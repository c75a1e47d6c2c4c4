//go:build go1.21

package slog

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"
)

type HandlerOptions struct {
	AddSource   bool
	Level       Leveler
	ReplaceAttr func(groups []string, a Attr) Attr
}

// scope is what WithAttrs and WithGroup have added, outermost first: a group if it has a name.
type scope struct {
	group string
	attrs []Attr
}

type commonHandler struct {
	json   bool
	opts   HandlerOptions
	scopes []scope
	mu     *sync.Mutex
	w      io.Writer
}

func newHandler(w io.Writer, opts *HandlerOptions, json bool) *commonHandler {
	h := &commonHandler{json: json, mu: new(sync.Mutex), w: w}
	if opts != nil {
		h.opts = *opts
	}
	return h
}

func (h *commonHandler) with(s scope) *commonHandler {
	c := *h
	c.scopes = append(h.scopes[:len(h.scopes):len(h.scopes)], s)
	return &c
}

func (h *commonHandler) withAttrs(attrs []Attr) *commonHandler {
	if len(attrs) == 0 {
		return h
	}
	return h.with(scope{"", attrs})
}

func (h *commonHandler) withGroup(name string) *commonHandler { return h.with(scope{name, nil}) }

func (h *commonHandler) Enabled(_ context.Context, l Level) bool {
	min := LevelInfo
	if h.opts.Level != nil {
		min = h.opts.Level.Level()
	}
	return l >= min
}

func (h *commonHandler) Handle(_ context.Context, r Record) error {
	p := &printer{h: h, first: true}
	if h.json {
		p.buf = append(p.buf, '{')
	}
	if !r.Time.IsZero() {
		p.attr(Time(TimeKey, r.Time))
	}
	p.attr(Any(LevelKey, r.Level))
	p.attr(String(MessageKey, r.Message))
	h.rest(p, r)
	if h.json {
		p.buf = append(p.buf, '}')
	}
	p.buf = append(p.buf, '\n')
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := h.w.Write(p.buf)
	return err
}

// rest writes the attributes of the handler and of the record. Groups without any are left out.
func (h *commonHandler) rest(p *printer, r Record) {
	last := len(h.scopes)
	for len(r.attrs) == 0 && last > 0 && h.scopes[last-1].group != "" {
		last--
	}
	open := 0
	for _, s := range h.scopes[:last] {
		if s.group != "" {
			p.open(s.group)
			open++
		}
		for _, a := range s.attrs {
			p.attr(a)
		}
	}
	for _, a := range r.attrs {
		p.attr(a)
	}
	for ; open > 0; open-- {
		p.shut()
	}
}

// attrs is what the default handler appends to its line.
func (h *commonHandler) attrs(b []byte, r Record) []byte {
	p := &printer{h: h, buf: b}
	h.rest(p, r)
	return p.buf
}

type printer struct {
	h      *commonHandler
	buf    []byte
	first  bool
	groups []string
}

func (p *printer) separate() {
	if !p.first {
		if p.h.json {
			p.buf = append(p.buf, ',')
		} else {
			p.buf = append(p.buf, ' ')
		}
	}
	p.first = false
}

func (p *printer) open(name string) {
	p.groups = append(p.groups, name)
	if p.h.json {
		p.separate()
		p.buf = append(jsonString(p.buf, name), ":{"...)
		p.first = true
	}
}

func (p *printer) shut() {
	p.groups = p.groups[:len(p.groups)-1]
	if p.h.json {
		p.buf = append(p.buf, '}')
		p.first = false
	}
}

func (p *printer) attr(a Attr) {
	a.Value = a.Value.Resolve()
	if f := p.h.opts.ReplaceAttr; f != nil && a.Value.Kind() != KindGroup {
		a = f(p.groups, a)
		a.Value = a.Value.Resolve()
	}
	if a.Key == "" && a.Value.any == nil {
		return
	}
	if a.Value.Kind() == KindGroup {
		attrs := a.Value.Group()
		if len(attrs) == 0 {
			return
		}
		if a.Key != "" {
			p.open(a.Key)
		}
		for _, sub := range attrs {
			p.attr(sub)
		}
		if a.Key != "" {
			p.shut()
		}
		return
	}
	p.separate()
	if p.h.json {
		p.buf = append(jsonString(p.buf, a.Key), ':')
		p.buf = jsonValue(p.buf, a.Value.any)
		return
	}
	key := ""
	for _, g := range p.groups {
		key += g + "."
	}
	p.text(key + a.Key)
	p.buf = append(p.buf, '=')
	p.textValue(a.Value)
}

func (p *printer) textValue(v Value) {
	switch x := v.any.(type) {
	case time.Time:
		p.buf = x.AppendFormat(p.buf, "2006-01-02T15:04:05.000Z07:00")
	case []byte:
		p.text(string(x))
	case error:
		p.text(x.Error())
	default:
		p.text(fmt.Sprintf("%+v", v.any))
	}
}

// text quotes what would not be one word.
func (p *printer) text(s string) {
	quote := s == ""
	for _, r := range s {
		quote = quote || r == ' ' || r == '"' || r == '=' || r == utf8.RuneError || !strconv.IsPrint(r)
	}
	if quote {
		s = strconv.Quote(s)
	}
	p.buf = append(p.buf, s...)
}

func jsonString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r < ' ' || r == '\u2028' || r == '\u2029':
			b = append(b, fmt.Sprintf(`\u%04x`, r)...)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// jsonValue writes any value as encoding/json would, maps and structs too.
func jsonValue(b []byte, v any) []byte {
	switch x := v.(type) {
	case nil:
		return append(b, "null"...)
	case string:
		return jsonString(b, x)
	case time.Duration:
		return strconv.AppendInt(b, int64(x), 10)
	case time.Time:
		b = append(b, '"')
		return append(x.AppendFormat(b, time.RFC3339Nano), '"')
	case error:
		return jsonString(b, x.Error())
	case Level:
		return jsonString(b, x.String())
	}
	return jsonReflect(b, reflect.ValueOf(v))
}

func jsonReflect(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case reflect.String:
		return jsonString(b, v.String())
	case reflect.Float32, reflect.Float64:
		return append(b, strconv.FormatFloat(v.Float(), 'g', -1, 64)...)
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return append(b, "null"...)
		}
		return jsonReflect(b, v.Elem())
	case reflect.Slice, reflect.Array:
		b = append(b, '[')
		for i := 0; i < v.Len(); i++ {
			if i > 0 {
				b = append(b, ',')
			}
			b = jsonReflect(b, v.Index(i))
		}
		return append(b, ']')
	case reflect.Struct:
		b = append(b, '{')
		first := true
		for i := 0; i < v.NumField(); i++ {
			f := v.Type().Field(i)
			if !f.IsExported() {
				continue
			}
			if !first {
				b = append(b, ',')
			}
			first = false
			b = jsonReflect(append(jsonString(b, f.Name), ':'), v.Field(i))
		}
		return append(b, '}')
	case reflect.Map:
		b = append(b, '{')
		first := true
		for it := v.MapRange(); it.Next(); {
			if !first {
				b = append(b, ',')
			}
			first = false
			b = jsonReflect(append(jsonString(b, fmt.Sprint(it.Key())), ':'), it.Value())
		}
		return append(b, '}')
	}
	return append(b, fmt.Sprint(v)...)
}

type discardHandler struct{}

// DiscardHandler writes nothing.
//
//since 1.24
var DiscardHandler Handler = discardHandler{}

func (discardHandler) Enabled(context.Context, Level) bool  { return false }
func (discardHandler) Handle(context.Context, Record) error { return nil }
func (h discardHandler) WithAttrs(attrs []Attr) Handler     { return h }
func (h discardHandler) WithGroup(name string) Handler      { return h }

type TextHandler struct{ *commonHandler }

func NewTextHandler(w io.Writer, opts *HandlerOptions) *TextHandler {
	return &TextHandler{newHandler(w, opts, false)}
}

func (h *TextHandler) WithAttrs(attrs []Attr) Handler { return &TextHandler{h.withAttrs(attrs)} }
func (h *TextHandler) WithGroup(name string) Handler  { return &TextHandler{h.withGroup(name)} }

type JSONHandler struct{ *commonHandler }

func NewJSONHandler(w io.Writer, opts *HandlerOptions) *JSONHandler {
	return &JSONHandler{newHandler(w, opts, true)}
}

func (h *JSONHandler) WithAttrs(attrs []Attr) Handler { return &JSONHandler{h.withAttrs(attrs)} }
func (h *JSONHandler) WithGroup(name string) Handler  { return &JSONHandler{h.withGroup(name)} }
