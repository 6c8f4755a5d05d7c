package appointment

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"time"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/secret"
	"smoothschedule/internal/scheduling/resource"
)

// heldAtOnce is how many starts customers can keep from one address: enough for a family, too few to take a business's day away.
const heldAtOnce = 5

// keeper is who the address of a customer without a login makes them: a keyed hash, so that nobody's address is stored, and that of
// one at two businesses is not the same. Of IPv6 it is the network, of which a provider gives each of its customers one.
func (s *Service) keeper(ctx context.Context, tx *pg.TenantTx) []byte {
	addr, _ := netip.ParseAddr(api.ClientIP(ctx)) // who has none is one with all who have none
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	network, _ := addr.Prefix(bits) // bits fit the address
	mac := hmac.New(sha256.New, s.Secret)
	mac.Write([]byte("keep a start/" + tx.Tenant.Schema + "/" + network.String()))
	return mac.Sum(nil)
}

// bound refuses a keeper who keeps enough, but for what the new hold takes the place of. Its lock makes the holds of a keeper follow one
// another; whoever has it may wait for those of resources, and never the other way round.
func (s *Service) bound(ctx context.Context, tx *pg.TenantTx, keeper []byte, replaces string) error {
	if err := resource.LockNames(ctx, tx, "keeper "+hex.EncodeToString(keeper)); err != nil {
		return err
	}
	kept, err := pg.One[struct {
		Count int        `db:"count"`
		First *time.Time `db:"first"`
	}](ctx, tx, `SELECT count(*) AS count, min(expires_at) AS first FROM holds WHERE kept_by = @keeper AND expires_at > @now AND token_hash <> @replaced`,
		pg.Args{"keeper": keeper, "now": tx.Now(), "replaced": secret.Hash(replaces)})
	if err != nil || kept.Count < heldAtOnce {
		return err
	}
	return &fault.Error{
		Kind: fault.TooMany, Code: "rate_limited", RetryAfter: kept.First.Sub(tx.Now()),
		Detail: "Several times are kept for you already. Book one of them or give one back, or wait until the first is free again.",
	}
}
