package account_test
import ("testing";"time";"strings";"smoothschedule/internal/identity/account")
func FuzzZZ(f *testing.F) {
	for _, seed := range []string{"", "kettle at dawn!", "Cafe\u0301 au lait, bitte", "\xff", "пароль пароль пароль", "🦊🦊🦊🦊🦊🦊🦊🦊", strings.Repeat("(@", 64), strings.Repeat("12.12.2012", 12), "\x00\u202e\u0301"} {
		f.Add(seed, "Bella's Barn", true)
	}
	f.Fuzz(func(t *testing.T, password, name string, mfa bool) {
		about := account.About{MFA: mfa, Names: []string{name}, Email: name + "@example.com"}
		ch:=make(chan int,1)
		go func(){ account.PasswordProblem(password, about); ch<-1 }()
		select{case <-ch: case <-time.After(4*time.Second): t.Fatalf("HANG %q %q",password,name)}
	})
}
