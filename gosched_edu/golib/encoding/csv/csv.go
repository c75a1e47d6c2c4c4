// Package csv: tables as lines of fields with commas between them (encoding/csv).
package csv

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	ErrBareQuote  = errors.New("bare \" in non-quoted-field")
	ErrQuote      = errors.New("extraneous or missing \" in quoted-field")
	ErrFieldCount = errors.New("wrong number of fields")
)

type ParseError struct {
	StartLine int
	Line      int
	Column    int
	Err       error
}

func (e *ParseError) Error() string {
	switch {
	case e.Err == ErrFieldCount:
		return fmt.Sprintf("record on line %d: %v", e.Line, e.Err)
	case e.StartLine != e.Line:
		return fmt.Sprintf("record on line %d; parse error on line %d, column %d: %v", e.StartLine, e.Line, e.Column, e.Err)
	}
	return fmt.Sprintf("parse error on line %d, column %d: %v", e.Line, e.Column, e.Err)
}

func (e *ParseError) Unwrap() error { return e.Err }

type Reader struct {
	Comma            rune
	Comment          rune
	FieldsPerRecord  int
	LazyQuotes       bool
	TrimLeadingSpace bool
	ReuseRecord      bool

	r    *bufio.Reader
	line int
}

func NewReader(r io.Reader) *Reader { return &Reader{Comma: ',', r: bufio.NewReader(r)} }

func (r *Reader) readLine() (string, error) {
	s, err := r.r.ReadString('\n')
	if s == "" {
		return "", err
	}
	r.line++
	if strings.HasSuffix(s, "\r\n") {
		s = s[:len(s)-2] + "\n"
	}
	return s, nil
}

func (r *Reader) Read() (record []string, err error) {
	line := ""
	for {
		if line, err = r.readLine(); err != nil {
			return nil, err
		}
		first, _ := utf8.DecodeRuneInString(line)
		if line != "\n" && (r.Comment == 0 || first != r.Comment) {
			break
		}
	}
	start := r.line
	comma := string(r.Comma)
	fail := func(column int, err error) ([]string, error) {
		return nil, &ParseError{start, r.line, column, err}
	}
	whole := line
	for {
		if r.TrimLeadingSpace {
			line = strings.TrimLeftFunc(line, unicode.IsSpace)
		}
		column := len(whole) - len(line) + 1
		if !strings.HasPrefix(line, `"`) {
			i := strings.Index(line, comma)
			field := strings.TrimSuffix(line, "\n")
			if i >= 0 {
				field = line[:i]
			}
			if j := strings.Index(field, `"`); j >= 0 && !r.LazyQuotes {
				return fail(column+j, ErrBareQuote)
			}
			record = append(record, field)
			if i < 0 {
				break
			}
			line = line[i+len(comma):]
			continue
		}
		line = line[1:]
		field, more := "", false
		for {
			i := strings.Index(line, `"`)
			if i < 0 {
				field += line
				next, err := r.readLine()
				if err != nil {
					if !r.LazyQuotes {
						return fail(len(whole)+1, ErrQuote)
					}
					break
				}
				whole, line = next, next
				continue
			}
			field += line[:i]
			line = line[i+1:]
			if strings.HasPrefix(line, `"`) {
				field += `"`
				line = line[1:]
				continue
			}
			if strings.HasPrefix(line, comma) {
				line, more = line[len(comma):], true
				break
			}
			if line == "" || line == "\n" {
				break
			}
			if !r.LazyQuotes {
				return fail(len(whole)-len(line), ErrQuote)
			}
			field += `"`
		}
		record = append(record, field)
		if !more {
			break
		}
	}
	if r.FieldsPerRecord > 0 && len(record) != r.FieldsPerRecord {
		return record, &ParseError{start, start, 1, ErrFieldCount}
	}
	if r.FieldsPerRecord == 0 {
		r.FieldsPerRecord = len(record)
	}
	return record, nil
}

func (r *Reader) ReadAll() (records [][]string, err error) {
	for {
		record, err := r.Read()
		if err == io.EOF {
			return records, nil
		}
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
}

type Writer struct {
	Comma   rune
	UseCRLF bool
	w       *bufio.Writer
	err     error
}

func NewWriter(w io.Writer) *Writer { return &Writer{Comma: ',', w: bufio.NewWriter(w)} }

func (w *Writer) quoted(field string) bool {
	if field == "" {
		return false
	}
	if field == `\.` || strings.ContainsRune(field, w.Comma) || strings.ContainsAny(field, "\"\r\n") {
		return true
	}
	first, _ := utf8.DecodeRuneInString(field)
	return unicode.IsSpace(first)
}

func (w *Writer) Write(record []string) error {
	for i, field := range record {
		if i > 0 {
			w.w.WriteRune(w.Comma)
		}
		if w.quoted(field) {
			field = `"` + strings.Replace(field, `"`, `""`, -1) + `"`
			if w.UseCRLF {
				field = strings.Replace(strings.Replace(field, "\r", "", -1), "\n", "\r\n", -1)
			}
		}
		w.w.WriteString(field)
	}
	end := "\n"
	if w.UseCRLF {
		end = "\r\n"
	}
	_, err := w.w.WriteString(end)
	return err
}

func (w *Writer) WriteAll(records [][]string) error {
	for _, record := range records {
		if err := w.Write(record); err != nil {
			return err
		}
	}
	return w.w.Flush()
}

func (w *Writer) Flush()       { w.err = w.w.Flush() }
func (w *Writer) Error() error { return w.err }
