package mfa_test

import (
	"encoding/base32"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestAnEnrollmentFitsEveryApp(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u := b.user()
	e := b.enroll(u)
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(e.Secret)
	if err != nil || len(raw) != 20 {
		t.Errorf("the secret has %d bytes (%v), want 20", len(raw), err)
	}
	for _, part := range []string{"otpauth://totp/SmoothSchedule:", "secret=" + e.Secret, "issuer=SmoothSchedule", "algorithm=SHA1", "digits=6", "period=30"} {
		if !strings.Contains(e.URI, part) {
			t.Errorf("%s lacks %s", e.URI, part)
		}
	}
	if !strings.HasPrefix(e.QRSVG, "<svg ") || strings.Contains(e.QRSVG, "script") || strings.Contains(e.QRSVG, e.Secret) {
		t.Errorf("no plain picture: %.100s", e.QRSVG)
	}
	for y, row := range []string{"#######.", "#.....#.", "#.###.#.", "#.###.#.", "#.###.#.", "#.....#.", "#######.", "........"} { // the corner that readers look for, after a margin of four
		for x, want := range row {
			if got := strings.Contains(e.QRSVG, fmt.Sprintf("M%d %dh1v1h-1z", x+4, y+4)); got != (want == '#') {
				t.Errorf("the corner is wrong at %d, %d", x, y)
			}
		}
	}
	for d := xml.NewDecoder(strings.NewReader(e.QRSVG)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("the picture is no XML: %v", err)
		}
	}
}
