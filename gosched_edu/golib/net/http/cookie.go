package http

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

var ErrNoCookie = errors.New("http: named cookie not present")

type SameSite int

const (
	SameSiteDefaultMode SameSite = iota + 1
	SameSiteLaxMode
	SameSiteStrictMode
	SameSiteNoneMode
)

// A Cookie is a name and a value that a server gives a client to say again.
type Cookie struct {
	Name     string
	Value    string
	Path     string
	Domain   string
	Expires  time.Time
	MaxAge   int
	Secure   bool
	HttpOnly bool
	SameSite SameSite
	Raw      string
}

// TimeFormat is the time in headers.
const TimeFormat = "Mon, 02 Jan 2006 15:04:05 GMT"

func cookieValue(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '"' || r == ';' || r == '\\' {
			return -1
		}
		return r
	}, s)
	if strings.ContainsAny(s, " ,") {
		return `"` + s + `"`
	}
	return s
}

// String is the cookie as a Set-Cookie header has it, or with only a name and a value, as Cookie has it.
func (c *Cookie) String() string {
	if c == nil || c.Name == "" {
		return ""
	}
	var b strings.Builder
	b.WriteString(c.Name + "=" + cookieValue(c.Value))
	if c.Path != "" {
		b.WriteString("; Path=" + c.Path)
	}
	if c.Domain != "" {
		b.WriteString("; Domain=" + strings.TrimPrefix(c.Domain, "."))
	}
	if !c.Expires.IsZero() {
		b.WriteString("; Expires=" + c.Expires.UTC().Format(TimeFormat))
	}
	if c.MaxAge > 0 {
		fmt.Fprintf(&b, "; Max-Age=%d", c.MaxAge)
	} else if c.MaxAge < 0 {
		b.WriteString("; Max-Age=0")
	}
	if c.HttpOnly {
		b.WriteString("; HttpOnly")
	}
	if c.Secure {
		b.WriteString("; Secure")
	}
	switch c.SameSite {
	case SameSiteNoneMode:
		b.WriteString("; SameSite=None")
	case SameSiteLaxMode:
		b.WriteString("; SameSite=Lax")
	case SameSiteStrictMode:
		b.WriteString("; SameSite=Strict")
	}
	return b.String()
}

func SetCookie(w ResponseWriter, cookie *Cookie) {
	if s := cookie.String(); s != "" {
		w.Header().Add("Set-Cookie", s)
	}
}

func (r *Request) AddCookie(c *Cookie) {
	s := c.Name + "=" + cookieValue(c.Value)
	if old := r.Header.Get("Cookie"); old != "" {
		s = old + "; " + s
	}
	r.Header.Set("Cookie", s)
}

func (r *Request) Cookies() (out []*Cookie) {
	for _, line := range r.Header["Cookie"] {
		for _, part := range strings.Split(line, ";") {
			if name, value, ok := cut(strings.TrimSpace(part), "="); ok {
				out = append(out, &Cookie{Name: name, Value: strings.Trim(value, `"`)})
			}
		}
	}
	return out
}

func (r *Request) Cookie(name string) (*Cookie, error) {
	for _, c := range r.Cookies() {
		if c.Name == name {
			return c, nil
		}
	}
	return nil, ErrNoCookie
}

func (r *Response) Cookies() (out []*Cookie) {
	for _, line := range r.Header["Set-Cookie"] {
		c := &Cookie{Raw: line}
		for i, part := range strings.Split(line, ";") {
			name, value, _ := cut(strings.TrimSpace(part), "=")
			if i == 0 {
				c.Name, c.Value = name, strings.Trim(value, `"`)
				continue
			}
			switch strings.ToLower(name) {
			case "path":
				c.Path = value
			case "domain":
				c.Domain = value
			case "max-age":
				if c.MaxAge, _ = strconv.Atoi(value); c.MaxAge == 0 {
					c.MaxAge = -1
				}
			case "expires":
				c.Expires, _ = time.Parse(TimeFormat, value)
			case "httponly":
				c.HttpOnly = true
			case "secure":
				c.Secure = true
			}
		}
		out = append(out, c)
	}
	return out
}
