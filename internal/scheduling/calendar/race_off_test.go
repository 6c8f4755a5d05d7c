//go:build !race

package calendar_test

const raceDetector = false
