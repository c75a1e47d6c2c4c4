package template

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Text that is safe as it is, in its place.
type (
	CSS      string
	HTML     string
	HTMLAttr string
	JS       string
	JSStr    string
	Srcset   string
	URL      string
)

const unsafe = "ZgotmplZ"

var (
	replacer = strings.NewReplacer("\x00", "\uFFFD", `"`, "&#34;", "&", "&amp;", "'", "&#39;", "+", "&#43;", "<", "&lt;", ">", "&gt;")
	inQuotes = strings.NewReplacer(
		"\x00", `\u0000`, "\t", `\t`, "\n", `\n`, "\r", `\r`, `"`, `\u0022`, "'", `\u0027`, "`", `\u0060`, "&", `\u0026`,
		"+", `\u002b`, "/", `\/`, "<", `\u003c`, ">", `\u003e`, `\`, `\\`,
	)
	bare     = strings.NewReplacer("\t", "&#9;", "\n", "&#10;", " ", "&#32;", "=", "&#61;", "`", "&#96;")
)

// escape is a value as it is written behind the text `before`: in a script, in an attribute, or between
// tags. The place is found by looking back, not by following HTML's grammar.
func escape(before, value string, x any) string {
	if value == "<no value>" || x == nil {
		value = ""
	}
	lower := strings.ToLower(before)
	if open := strings.LastIndex(lower, "<script"); open > strings.LastIndex(lower, "</script") && strings.Contains(lower[open:], ">") {
		return script(before[open:], value, x)
	}
	if open := strings.LastIndex(lower, "<style"); open > strings.LastIndex(lower, "</style") && strings.Contains(lower[open:], ">") {
		return style(value, x)
	}
	open, shut := strings.LastIndex(before, "<"), strings.LastIndex(before, ">")
	if open <= shut {
		if h, ok := x.(HTML); ok {
			return string(h)
		}
		return replacer.Replace(value)
	}
	return attribute(before[open:], value, x)
}

func attribute(tag, value string, x any) string {
	name, quote, start := "", byte(0), 0
	for i := 0; i < len(tag); i++ {
		switch c := tag[i]; {
		case quote != 0:
			if c == quote {
				quote, name = 0, ""
			}
		case c == '"' || c == '\'':
			quote, start = c, i+1
		case c == '=':
			words := strings.Fields(tag[:i])
			name, start = strings.ToLower(words[len(words)-1]), i+1
		case c == ' ' && i > start:
			name = ""
		}
	}
	if name == "" {
		if a, ok := x.(HTMLAttr); ok {
			return string(a)
		}
		for _, r := range value {
			if !(r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
				return unsafe
			}
		}
		return value
	}
	switch {
	case name == "href" || name == "src" || name == "action" || name == "formaction" || name == "cite":
		value = address(tag[start:], value, x)
	case strings.HasPrefix(name, "on"):
		value = replacer.Replace(script(tag[start:], value, x))
	case name == "style":
		value = replacer.Replace(style(value, x))
	default:
		value = replacer.Replace(value)
	}
	if quote == 0 {
		value = bare.Replace(value)
	}
	return value
}

// address is a value in a URL: whole at its beginning, a part of the query behind ? or #.
func address(before, value string, x any) string {
	if strings.ContainsAny(before, "?#") {
		return replacer.Replace(percent(value, ""))
	}
	if _, ok := x.(URL); !ok && before == "" {
		if scheme, _, found := cut(value, ":"); found && !strings.Contains(scheme, "/") {
			if s := strings.ToLower(scheme); s != "http" && s != "https" && s != "mailto" {
				return "#" + unsafe
			}
		}
	}
	return strings.ReplaceAll(percent(value, "!#$&*+,/:;=?@[]%"), "&", "&amp;")
}

func percent(s, also string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("-._~"+also, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02x", c)
		}
	}
	return b.String()
}

func script(before, value string, x any) string {
	inString := byte(0)
	for i := 0; i < len(before); i++ {
		switch c := before[i]; {
		case c == '\\':
			i++
		case inString == c:
			inString = 0
		case inString == 0 && (c == '"' || c == '\'' || c == '`'):
			inString = c
		case inString == 0 && c == '>' && strings.HasPrefix(before, "<script") && strings.Count(before[:i], ">") == 0:
			inString = 0
		}
	}
	if inString != 0 {
		if s, ok := x.(JSStr); ok {
			return string(s)
		}
		return inQuotes.Replace(value)
	}
	switch v := x.(type) {
	case JS:
		return string(v)
	case JSStr:
		return `"` + string(v) + `"`
	case fmt.Stringer:
		x = v.String()
	case error:
		x = v.Error()
	}
	b, err := json.Marshal(x)
	if err != nil {
		return " /* " + strings.ReplaceAll(err.Error(), "*/", "* /") + " */null "
	}
	s := string(b)
	if c := s[0]; c != '"' && c != '[' && c != '{' {
		s = " " + s + " "
	}
	return s
}

func style(value string, x any) string {
	if c, ok := x.(CSS); ok {
		return string(c)
	}
	for _, r := range value {
		if !(r == '-' || r == '#' || r == '.' || r == '%' || r == ' ' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return unsafe
		}
	}
	return value
}

func cut(s, sep string) (before, after string, found bool) {
	if i := strings.Index(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
