package domain

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// Resolver asks the DNS: the servers that are in charge of a name, so that no cache answers, and where none of those answers, a resolver.
type Resolver struct {
	Address string // of a resolver, as host:port
	Port    string // of the servers in charge; 53 when unset
	Private bool   // ask servers at private addresses too: for networks of one's own
}

// SystemResolver is the address of the resolver that this machine uses, "" where it can't be told.
func SystemResolver() string {
	conf, err := dns.ClientConfigFromFile("/etc/resolv.conf")
	if err != nil || len(conf.Servers) == 0 {
		return ""
	}
	return net.JoinHostPort(conf.Servers[0], conf.Port)
}

const (
	checkTime  = 5 * time.Second // of a whole check
	answerTime = 2 * time.Second // of one server
	maxServers = 2               // in charge, that are asked
	maxAliases = 5
)

// errSilent says that no server answered: nothing is known about the name.
var errSilent = errors.New("no name server answered")

// reserved are ranges that are nobody's on the internet, besides those that netip knows.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("240.0.0.0/4"),
}

// isPublic reports whether an address is one of the internet: names of strangers must not lead us into our own network.
func isPublic(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsGlobalUnicast() && !a.IsPrivate() && !slices.ContainsFunc(reserved, func(p netip.Prefix) bool { return p.Contains(a) })
}

// zone is a name's part of the DNS.
type zone struct {
	resolver Resolver
	servers  []string // in charge
}

// zoneOf finds the servers in charge of a name.
func (r Resolver) zoneOf(ctx context.Context, name string) zone {
	z := zone{resolver: r}
	for part := name; strings.Contains(part, "."); _, part, _ = strings.Cut(part, ".") {
		msg, err := exchange(ctx, r.Address, part, dns.TypeNS, true)
		if err != nil {
			continue
		}
		if hosts := serversIn(msg, part); len(hosts) > 0 {
			z.servers = r.locate(ctx, hosts)
			break
		}
	}
	return z
}

func serversIn(msg *dns.Msg, part string) (hosts []string) {
	for _, rr := range msg.Answer {
		if ns, ok := rr.(*dns.NS); ok && plain(ns.Hdr.Name) == part {
			hosts = append(hosts, plain(ns.Ns))
		}
	}
	return hosts
}

// locate returns where the servers can be asked.
func (r Resolver) locate(ctx context.Context, hosts []string) (servers []string) {
	port := r.Port
	if port == "" {
		port = "53"
	}
	for _, host := range hosts {
		for _, kind := range []uint16{dns.TypeA, dns.TypeAAAA} {
			msg, err := exchange(ctx, r.Address, host, kind, true)
			if err != nil {
				continue
			}
			for _, a := range addressesIn(msg) {
				if (r.Private || isPublic(a)) && len(servers) < maxServers {
					servers = append(servers, net.JoinHostPort(a.String(), port))
				}
			}
		}
	}
	return servers
}

// ask returns the first answer: of a server in charge, or of the resolver.
func (z zone) ask(ctx context.Context, name string, kind uint16) (*dns.Msg, error) {
	for _, server := range z.servers {
		if msg, err := exchange(ctx, server, name, kind, false); err == nil && msg.Authoritative {
			return msg, nil
		}
	}
	return exchange(ctx, z.resolver.Address, name, kind, true)
}

// exchange asks one server. That a name doesn't exist is an answer too.
func exchange(ctx context.Context, server, name string, kind uint16, recurse bool) (*dns.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	q := new(dns.Msg)
	q.SetQuestion(dns.Fqdn(name), kind)
	q.RecursionDesired = recurse
	for _, transport := range []string{"udp", "tcp"} {
		msg, _, err := (&dns.Client{Net: transport, Timeout: answerTime}).ExchangeContext(ctx, q, server)
		switch {
		case err != nil:
			return nil, errors.Join(errSilent, err)
		case msg.Rcode != dns.RcodeSuccess && msg.Rcode != dns.RcodeNameError:
			return nil, errSilent
		case !msg.Truncated || transport == "tcp":
			return msg, nil
		}
	}
	return nil, errSilent
}

// texts returns the texts at a name. An alias there is not followed: who holds the name must show the text itself.
func (z zone) texts(ctx context.Context, name string) (all []string, err error) {
	msg, err := z.ask(ctx, name, dns.TypeTXT)
	if err != nil {
		return nil, err
	}
	for _, rr := range msg.Answer {
		if txt, ok := rr.(*dns.TXT); ok && plain(txt.Hdr.Name) == name {
			all = append(all, strings.Join(txt.Txt, ""))
		}
	}
	return all, nil
}

// addresses follows a name to its addresses. It stops at an alias of the name goal, and says so.
func (r Resolver) addresses(ctx context.Context, name, goal string) (found []netip.Addr, atGoal bool, err error) {
	for range maxAliases {
		z := r.zoneOf(ctx, name)
		next := name
		for _, kind := range []uint16{dns.TypeA, dns.TypeAAAA} {
			msg, err := z.ask(ctx, name, kind)
			if err != nil {
				return nil, false, err
			}
			if alias := aliasIn(msg, name); alias != "" {
				next = alias
			} else {
				found = append(found, addressesIn(msg)...)
			}
		}
		switch next {
		case goal:
			return nil, true, nil
		case name:
			return found, false, nil
		}
		name, found = next, nil
	}
	return nil, false, nil
}

func aliasIn(msg *dns.Msg, name string) string {
	for _, rr := range msg.Answer {
		if c, ok := rr.(*dns.CNAME); ok && plain(c.Hdr.Name) == name {
			return plain(c.Target)
		}
	}
	return ""
}

func addressesIn(msg *dns.Msg) (all []netip.Addr) {
	for _, rr := range msg.Answer {
		var ip net.IP
		switch rr := rr.(type) {
		case *dns.A:
			ip = rr.A
		case *dns.AAAA:
			ip = rr.AAAA
		}
		if a, ok := netip.AddrFromSlice(ip); ok {
			all = append(all, a.Unmap())
		}
	}
	return all
}

// plain is a name as we write it.
func plain(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }
