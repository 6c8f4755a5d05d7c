package domain_test

import (
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/miekg/dns"
)

// nameServer is a real one on this machine: for some zones in charge, for the rest a resolver that knows nothing more.
type nameServer struct {
	addr string

	mu      sync.Mutex
	records map[string][]dns.RR // by name
	asked   map[string]int      // by name, without recursion: as one in charge
	asking  func()              // is called at each question
	silent  bool                // answers SERVFAIL
	lame    bool                // is not in charge, although it is said to be
}

func newNameServer(t *testing.T) *nameServer {
	t.Helper()
	n := &nameServer{records: map[string][]dns.RR{}, asked: map[string]int{}}
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n.addr = conn.LocalAddr().String()
	started := make(chan struct{})
	server := &dns.Server{PacketConn: conn, Handler: n, NotifyStartedFunc: func() { close(started) }}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.ActivateAndServe()
	}()
	<-started
	t.Cleanup(func() {
		_ = server.Shutdown()
		<-done
	})
	return n
}

func (n *nameServer) port() string {
	_, port, _ := net.SplitHostPort(n.addr)
	return port
}

// set replaces the records of a name; a line is "TXT text", "A 1.2.3.4", "CNAME host" and so on.
func (n *nameServer) set(t *testing.T, name string, lines ...string) {
	t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	n.records[name] = nil
	for _, line := range lines {
		rr, err := dns.NewRR(dns.Fqdn(name) + " 60 IN " + line)
		if err != nil {
			t.Fatal(err)
		}
		n.records[name] = append(n.records[name], rr)
	}
}

func (n *nameServer) shut(silent, lame bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.silent, n.lame = silent, lame
}

func (n *nameServer) onAsk(f func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asking = f
}

func (n *nameServer) askedFor(name string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.asked[name]
}

// ServeDNS answers like a server in charge when it is asked without recursion, and like a resolver otherwise.
func (n *nameServer) ServeDNS(w dns.ResponseWriter, q *dns.Msg) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.asking != nil {
		n.asking()
	}
	m := new(dns.Msg)
	m.SetReply(q)
	name := strings.ToLower(strings.TrimSuffix(q.Question[0].Name, "."))
	m.Authoritative = !q.RecursionDesired && !n.lame
	if !q.RecursionDesired {
		n.asked[name]++
	}
	if n.silent {
		m.Rcode = dns.RcodeServerFailure
		_ = w.WriteMsg(m)
		return
	}
	known, ok := n.records[name]
	if !ok {
		m.Rcode = dns.RcodeNameError
	}
	for _, rr := range known {
		if kind := rr.Header().Rrtype; kind == q.Question[0].Qtype || kind == dns.TypeCNAME {
			m.Answer = append(m.Answer, rr)
		}
	}
	_ = w.WriteMsg(m)
}
