package main

import "strings"

// plainJSON takes comments and trailing commas out of JSON as TypeScript's tools write it.
func plainJSON(content string) []byte {
	out := make([]byte, 0, len(content))
	comma := -1 // where the last comma stands, while nothing but space followed it
	for i := 0; i < len(content); i++ {
		rest := content[i:]
		switch {
		case content[i] == '"':
			end := stringEnd(rest)
			out, comma = append(out, rest[:end]...), -1
			i += end - 1
		case strings.HasPrefix(rest, "//"):
			if end := strings.IndexByte(rest, '\n'); end >= 0 {
				i += end - 1
			} else {
				i = len(content)
			}
		case strings.HasPrefix(rest, "/*"):
			if end := strings.Index(rest, "*/"); end >= 0 {
				i += end + 1
			} else {
				i = len(content)
			}
		default:
			switch c := content[i]; {
			case c == ',':
				comma = len(out)
			case (c == '}' || c == ']') && comma >= 0:
				out[comma], comma = ' ', -1
			case c != ' ' && c != '\t' && c != '\n' && c != '\r':
				comma = -1
			}
			out = append(out, content[i])
		}
	}
	return out
}

// stringEnd is the length of the JSON string that the text begins with.
func stringEnd(text string) int {
	for i := 1; i < len(text); i++ {
		if text[i] == '\\' {
			i++
		} else if text[i] == '"' {
			return i + 1
		}
	}
	return len(text)
}
