package net

import (
	"fmt"
	"strconv"
	"strings"
)

// An IP has 16 bytes; those of version 4 are the last four, behind ten of 0 and two of 255.
type IP []byte

const (
	IPv4len = 4
	IPv6len = 16
)

func IPv4(a, b, c, d byte) IP { return IP{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d} }

var (
	IPv4zero     = IPv4(0, 0, 0, 0)
	IPv6loopback = IP{15: 1}
)

// ParseIP reads an address; nil if it is none.
func ParseIP(s string) IP {
	if !strings.Contains(s, ":") {
		parts := strings.Split(s, ".")
		if len(parts) != 4 {
			return nil
		}
		var b [4]byte
		for i, p := range parts {
			n, err := strconv.Atoi(p)
			if err != nil || n < 0 || n > 255 || len(p) > 1 && p[0] == '0' || p[0] == '+' {
				return nil
			}
			b[i] = byte(n)
		}
		return IPv4(b[0], b[1], b[2], b[3])
	}
	head, tail, short := cutAt(s, "::")
	words := func(s string) (out []byte, ok bool) {
		if s == "" {
			return nil, true
		}
		for _, p := range strings.Split(s, ":") {
			n, err := strconv.ParseUint(p, 16, 16)
			if err != nil || len(p) > 4 {
				return nil, false
			}
			out = append(out, byte(n>>8), byte(n))
		}
		return out, true
	}
	a, ok1 := words(head)
	b, ok2 := words(tail)
	if !ok1 || !ok2 || len(a)+len(b) > 16 || !short && len(a) != 16 {
		return nil
	}
	ip := make(IP, 16)
	copy(ip, a)
	copy(ip[16-len(b):], b)
	return ip
}

func (ip IP) To4() IP {
	if len(ip) == 4 {
		return ip
	}
	if len(ip) == 16 && string(ip[:12]) == string(IPv4zero[:12]) {
		return ip[12:]
	}
	return nil
}

func (ip IP) To16() IP {
	if len(ip) == 4 {
		return IPv4(ip[0], ip[1], ip[2], ip[3])
	}
	if len(ip) == 16 {
		return ip
	}
	return nil
}

func (ip IP) Equal(x IP) bool { return string(ip.To16()) == string(x.To16()) }

func (ip IP) IsLoopback() bool {
	if v4 := ip.To4(); v4 != nil {
		return v4[0] == 127
	}
	return ip.Equal(IPv6loopback)
}

func (ip IP) IsUnspecified() bool { return ip.Equal(IPv4zero) || ip.Equal(make(IP, 16)) }

func (ip IP) IsPrivate() bool {
	if v4 := ip.To4(); v4 != nil {
		return v4[0] == 10 || v4[0] == 172 && v4[1]&0xf0 == 16 || v4[0] == 192 && v4[1] == 168
	}
	return len(ip) == 16 && ip[0]&0xfe == 0xfc
}

func (ip IP) String() string {
	if len(ip) == 0 {
		return "<nil>"
	}
	if v4 := ip.To4(); v4 != nil {
		return fmt.Sprintf("%d.%d.%d.%d", v4[0], v4[1], v4[2], v4[3])
	}
	if len(ip) != 16 {
		return "?" + fmt.Sprintf("%x", []byte(ip))
	}
	// The longest run of zeros is written as ::
	start, length := -1, 1
	for i := 0; i < 16; i += 2 {
		n := 0
		for i+2*n < 16 && ip[i+2*n] == 0 && ip[i+2*n+1] == 0 {
			n++
		}
		if n > length {
			start, length = i, n
		}
	}
	var b strings.Builder
	for i := 0; i < 16; i += 2 {
		if i == start {
			b.WriteString("::")
			if i += 2 * length; i >= 16 {
				break
			}
		} else if i > 0 {
			b.WriteByte(':')
		}
		b.WriteString(strconv.FormatUint(uint64(ip[i])<<8|uint64(ip[i+1]), 16))
	}
	return b.String()
}

func cutAt(s, sep string) (before, after string, found bool) {
	if i := strings.Index(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
