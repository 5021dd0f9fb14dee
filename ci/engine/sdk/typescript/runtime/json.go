package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// object is a JSON object that keeps the order of its keys.
type object []member

type member struct {
	key   string
	value json.RawMessage
}

type edit func(raw json.RawMessage) (json.RawMessage, error)

// editJSON applies the edits to a JSON file with comments and returns it as plain JSON.
func editJSON(name, content string, edits ...edit) (string, error) {
	raw := json.RawMessage(plainJSON(content))
	for _, apply := range edits {
		next, err := apply(raw)
		if err != nil {
			return "", fmt.Errorf("CONFIG_INVALID: %s: %w. Mend the file so that it is one JSON object", name, err)
		}
		raw = next
	}
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil {
		return "", fmt.Errorf("CONFIG_INVALID: %s: %w. Mend the file so that it is one JSON object", name, err)
	}
	return out.String() + "\n", nil
}

func set(value any, path ...string) edit          { return change(path, value, true) }
func setIfMissing(value any, path ...string) edit { return change(path, value, false) }
func remove(path ...string) edit                  { return change(path, nil, true) }

// change puts the value at the path; nil takes it away.
func change(path []string, value any, overwrite bool) edit {
	return func(raw json.RawMessage) (json.RawMessage, error) {
		parsed, err := parseObject(raw)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(parsed, func(m member) bool { return m.key == path[0] })
		if at < 0 && value == nil || at >= 0 && len(path) == 1 && !overwrite {
			return raw, nil
		}
		if at >= 0 && len(path) == 1 && value == nil {
			return slices.Delete(parsed, at, at+1).raw()
		}
		if at < 0 {
			parsed = append(parsed, member{path[0], json.RawMessage("{}")})
			at = len(parsed) - 1
		}
		if len(path) == 1 {
			parsed[at].value, err = json.Marshal(value)
		} else {
			parsed[at].value, err = change(path[1:], value, overwrite)(parsed[at].value)
		}
		if err != nil {
			return nil, err
		}
		return parsed.raw()
	}
}

func parseObject(raw json.RawMessage) (object, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if open, err := decoder.Token(); err != nil {
		return nil, err
	} else if open != json.Delim('{') {
		return nil, fmt.Errorf("found %v where an object should be", open)
	}
	var parsed object
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		next := member{key: fmt.Sprint(key)}
		if err := decoder.Decode(&next.value); err != nil {
			return nil, err
		}
		parsed = append(parsed, next)
	}
	_, err := decoder.Token()
	return parsed, err
}

func (o object) raw() (json.RawMessage, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			out.WriteByte(',')
		}
		key, err := json.Marshal(m.key)
		if err != nil {
			return nil, err
		}
		out.Write(key)
		out.WriteByte(':')
		out.Write(m.value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}
