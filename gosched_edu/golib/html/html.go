// Package html: escaping of text for HTML.
package html

import "strings"

var (
	escaper   = strings.NewReplacer("&", "&amp;", "'", "&#39;", "<", "&lt;", ">", "&gt;", `"`, "&#34;")
	unescaper = strings.NewReplacer(
		"&amp;", "&", "&#39;", "'", "&lt;", "<", "&gt;", ">", "&#34;", `"`, "&quot;", `"`, "&apos;", "'",
		"&nbsp;", "\u00a0", "&copy;", "©",
	)
)

func EscapeString(s string) string { return escaper.Replace(s) }

// UnescapeString knows the entities that EscapeString makes, and a few more.
func UnescapeString(s string) string { return unescaper.Replace(s) }
