// Package url: the parts of an address on the web (RFC 3986).
package url

import (
	"errors"
	"sort"
	"strings"
)

type URL struct {
	Scheme   string
	Opaque   string
	User     *Userinfo
	Host     string
	Path     string
	RawQuery string
	Fragment string
}

type Userinfo struct {
	username, password string
	set                bool
}

func (u *Userinfo) Username() string {
	if u == nil {
		return ""
	}
	return u.username
}

func (u *Userinfo) Password() (string, bool) {
	if u == nil {
		return "", false
	}
	return u.password, u.set
}

func (u *Userinfo) String() string {
	if u.set {
		return escape(u.username) + ":" + escape(u.password)
	}
	return escape(u.username)
}

type Error struct {
	Op, URL string
	Err     error
}

func (e *Error) Error() string { return e.Op + ` "` + e.URL + `": ` + e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

func (e *Error) Timeout() bool {
	t, ok := e.Err.(interface{ Timeout() bool })
	return ok && t.Timeout()
}

func Parse(raw string) (*URL, error) {
	u := &URL{}
	s := raw
	if i := strings.IndexByte(s, '#'); i >= 0 {
		u.Fragment, s = s[i+1:], s[:i]
	}
	if i := strings.Index(s, ":"); i > 0 && !strings.Contains(s[:i], "/") {
		u.Scheme, s = strings.ToLower(s[:i]), s[i+1:]
	} else if i == 0 {
		return nil, &Error{"parse", raw, errors.New("missing protocol scheme")}
	}
	if i := strings.IndexByte(s, '?'); i >= 0 {
		u.RawQuery, s = s[i+1:], s[:i]
	}
	if strings.HasPrefix(s, "//") {
		s = s[2:]
		end := strings.IndexByte(s, '/')
		if end < 0 {
			end = len(s)
		}
		u.Host, s = s[:end], s[end:]
		if i := strings.LastIndexByte(u.Host, '@'); i >= 0 {
			u.User = userinfo(u.Host[:i])
			u.Host = u.Host[i+1:]
		}
	} else if u.Scheme != "" && !strings.HasPrefix(s, "/") {
		u.Opaque = s
		return u, nil
	}
	path, err := unescape(s, false)
	if err != nil {
		return nil, &Error{"parse", raw, err}
	}
	u.Path = path
	return u, nil
}

func userinfo(s string) *Userinfo {
	if i := strings.IndexByte(s, ':'); i >= 0 {
		return &Userinfo{s[:i], s[i+1:], true}
	}
	return &Userinfo{username: s}
}

func (u *URL) String() string {
	s := ""
	if u.Scheme != "" {
		s = u.Scheme + ":"
	}
	if u.Opaque != "" {
		s += u.Opaque
	} else {
		if u.Scheme != "" || u.Host != "" {
			s += "//"
		}
		if u.User != nil {
			s += u.User.String() + "@"
		}
		s += u.Host
		if u.Host != "" && u.Path != "" && u.Path[0] != '/' {
			s += "/"
		}
		for _, c := range []byte(u.Path) {
			if plain(c) || strings.IndexByte("/$&+,:;=@", c) >= 0 {
				s += string(rune(c))
			} else {
				s += percent(c)
			}
		}
	}
	if u.RawQuery != "" {
		s += "?" + u.RawQuery
	}
	if u.Fragment != "" {
		s += "#" + u.Fragment
	}
	return s
}

func (u *URL) Query() Values { v, _ := ParseQuery(u.RawQuery); return v }

func (u *URL) Hostname() string { host, _ := u.hostPort(); return host }

func (u *URL) Port() string { _, port := u.hostPort(); return port }

// hostPort takes the brackets off an IPv6 address.
func (u *URL) hostPort() (host, port string) {
	host = u.Host
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		host, port = host[:i], host[i+1:]
	}
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host = host[1 : len(host)-1]
	}
	return
}

func (u *URL) IsAbs() bool { return u.Scheme != "" }

func User(username string) *Userinfo { return &Userinfo{username: username} }

func UserPassword(username, password string) *Userinfo { return &Userinfo{username, password, true} }

//since 1.15
func (u *URL) Redacted() string {
	if u == nil {
		return ""
	}
	v := *u
	if _, set := v.User.Password(); set {
		v.User = UserPassword(v.User.Username(), "xxxxx")
	}
	return v.String()
}

func (u *URL) RequestURI() string {
	s := u.Path
	if s == "" {
		s = "/"
	}
	if u.RawQuery != "" {
		s += "?" + u.RawQuery
	}
	return s
}

func plain(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.' || c == '~'
}

func percent(c byte) string {
	return "%" + "0123456789ABCDEF"[c>>4:c>>4+1] + "0123456789ABCDEF"[c&15:c&15+1]
}

func escape(s string) string { return escapeAllBut("", s) }

func escapeAllBut(also, s string) string {
	out := ""
	for _, c := range []byte(s) {
		if plain(c) || strings.IndexByte(also, c) >= 0 {
			out += string(rune(c))
		} else {
			out += percent(c)
		}
	}
	return out
}

func PathEscape(s string) string  { return escapeAllBut("$&+:=@", s) }
func QueryEscape(s string) string { return strings.ReplaceAll(escape(s), "%20", "+") }

func QueryUnescape(s string) (string, error) { return unescape(s, true) }
func PathUnescape(s string) (string, error)  { return unescape(s, false) }

type EscapeError string

func (e EscapeError) Error() string { return `invalid URL escape "` + string(e) + `"` }

func unescape(s string, plus bool) (string, error) {
	var b []byte
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '%':
			if i+2 >= len(s) || digit(s[i+1]) < 0 || digit(s[i+2]) < 0 {
				return "", EscapeError(s[i:min(i+3, len(s))])
			}
			b = append(b, byte(digit(s[i+1])<<4|digit(s[i+2])))
			i += 2
		case s[i] == '+' && plus:
			b = append(b, ' ')
		default:
			b = append(b, s[i])
		}
	}
	return string(b), nil
}

func digit(c byte) int {
	if c >= 'A' && c <= 'F' {
		c += 'a' - 'A'
	}
	return strings.IndexByte("0123456789abcdef", c)
}

type Values map[string][]string

func (v Values) Get(key string) string {
	if vs := v[key]; len(vs) > 0 {
		return vs[0]
	}
	return ""
}

func (v Values) Set(key, value string) { v[key] = []string{value} }
func (v Values) Add(key, value string) { v[key] = append(v[key], value) }
func (v Values) Del(key string)        { delete(v, key) }

func (v Values) Has(key string) bool {
	_, ok := v[key]
	return ok
}

func (v Values) Encode() string {
	var keys []string
	for k := range v {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var parts []string
	for _, k := range keys {
		for _, x := range v[k] {
			parts = append(parts, QueryEscape(k)+"="+QueryEscape(x))
		}
	}
	return strings.Join(parts, "&")
}

func ParseQuery(query string) (Values, error) {
	v := Values{}
	var first error
	for _, part := range strings.Split(query, "&") {
		if part == "" {
			continue
		}
		key, value := part, ""
		if i := strings.IndexByte(part, '='); i >= 0 {
			key, value = part[:i], part[i+1:]
		}
		key, err := unescape(key, true)
		if err == nil {
			value, err = unescape(value, true)
		}
		if err != nil {
			if first == nil {
				first = err
			}
			continue
		}
		v.Add(key, value)
	}
	return v, first
}
