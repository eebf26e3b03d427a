package keycard_test

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

const address = "https://api.example/telemetry"

// proof signs a DPoP proof with the key of i.
func (i *issuer) proof(claims map[string]any) string {
	key := map[string]any{}
	for name, value := range i.jwk {
		if name != "kid" {
			key[name] = value
		}
	}
	header := must(json.Marshal(map[string]any{"typ": "dpop+jwt", "alg": i.algorithm, "jwk": key}))
	input := encode(header) + "." + encode(must(json.Marshal(claims)))
	return input + "." + encode(i.sign([]byte(input)))
}

func proofRules(accessToken string) keycard.ProofRules {
	return keycard.ProofRules{
		Algorithms: keycard.ES256, Flags: keycard.ProofNonceNotProvided, Window: time.Minute, Method: "POST", URI: address,
		AccessToken: &accessToken,
	}
}

func replayLimits(uses int) keycard.ReplayLimits {
	return keycard.ReplayLimits{Uses: uses, Window: time.Minute, Share: 4}
}

func hashOf(text string) string {
	hash := sha256.Sum256([]byte(text))
	return encode(hash[:])
}

func TestABoundTokenIsTakenOnceWithItsProof(t *testing.T) {
	server, client := es256Issuer("first"), es256Issuer("client")
	thumbprint := must(client.keys(t).Thumbprint(0))
	jwt := server.token(accessClaims(map[string]any{"cnf": map[string]any{"jkt": thumbprint}}))
	claims := map[string]any{"jti": "1", "htm": "POST", "htu": address, "iat": now.Unix(), "ath": hashOf(jwt)}
	validator := newValidator(t, server.keys(t), accessPolicy())
	start := now.Add(-time.Minute)
	clock := func() keycard.Time { return keycard.At(start) }
	cache := must(keycard.NewReplayCache(replayLimits(100), func() keycard.Time { return clock() }))
	clock = func() keycard.Time { return keycard.At(now) }

	take := func(jwt, text string) error {
		proof, err := keycard.ValidateProof(text, proofRules(jwt), keycard.At(now))
		if err != nil {
			return err
		}
		policy := accessPolicy()
		policy.DPoPKey = proof.Key()
		bound, err := validator.WithPolicy(policy)
		if err != nil {
			return err
		}
		if _, err := bound.Validate(jwt, now); err != nil {
			return err
		}
		if proof.Algorithm() != keycard.ES256 || !proof.IssuedAt().Equal(now) {
			t.Errorf("%v, %v", proof.Algorithm(), proof.IssuedAt())
		}
		return cache.CheckProof(proof)
	}
	proof := client.proof(claims)
	if err := take(jwt, proof); err != nil {
		t.Fatal(err)
	}
	if err := take(jwt, proof); !errors.Is(err, keycard.ErrReplayed) {
		t.Errorf("again: %v", err)
	}
	claims["jti"] = "2"
	if err := take(jwt, client.proof(claims)); err != nil {
		t.Errorf("the next request: %v", err)
	}
	if err := take(jwt, es256Issuer("thief").proof(claims)); !errors.Is(err, keycard.ErrWrongConfirmation) {
		t.Errorf("with another key: %v", err)
	}
	if _, err := validator.Validate(jwt, now); !errors.Is(err, keycard.ErrTokenBound) {
		t.Errorf("without a proof: %v", err)
	}
	for _, c := range []struct {
		name, claim string
		value       any
		want        error
	}{
		{"method", "htm", "GET", keycard.ErrWrongHTTPMethod}, {"URI", "htu", address + "/", keycard.ErrWrongHTTPURI},
		{"age", "iat", now.Unix() - 61, keycard.ErrProofTooOld}, {"token", "ath", hashOf("another"), keycard.ErrWrongHash},
	} {
		before := claims[c.claim]
		claims[c.claim] = c.value
		var rejected *keycard.Error
		if err := take(jwt, client.proof(claims)); !errors.Is(err, c.want) || !errors.As(err, &rejected) || rejected.Member != c.claim {
			t.Errorf("another %s: %v", c.name, err)
		}
		claims[c.claim] = before
	}
}

func TestRulesForAProofThatAreNotDecidedAreRejected(t *testing.T) {
	proof := es256Issuer("client").proof(map[string]any{"jti": "1", "htm": "POST", "htu": address, "iat": now.Unix()})
	for name, c := range map[string]struct {
		change func(*keycard.ProofRules)
		want   error
	}{
		"nothing":           {func(r *keycard.ProofRules) { *r = keycard.ProofRules{} }, keycard.ErrPolicyIncomplete},
		"no algorithms":     {func(r *keycard.ProofRules) { r.Algorithms = 0 }, keycard.ErrPolicyIncomplete},
		"no access token":   {func(r *keycard.ProofRules) { r.AccessToken = nil }, keycard.ErrPolicyIncomplete},
		"no nonces":         {func(r *keycard.ProofRules) { r.Flags = 0 }, keycard.ErrPolicyIncomplete},
		"nonces of none":    {func(r *keycard.ProofRules) { r.Flags, r.Nonces = 0, []string{} }, keycard.ErrPolicyEmpty},
		"no method":         {func(r *keycard.ProofRules) { r.Method = "" }, keycard.ErrPolicyEmpty},
		"a negative window": {func(r *keycard.ProofRules) { r.Window = -time.Second }, keycard.ErrPolicyValue},
	} {
		rules := proofRules("token")
		c.change(&rules)
		if made, err := keycard.ValidateProof(proof, rules, keycard.At(now)); made != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := keycard.ValidateProof("", proofRules("token"), keycard.At(now)); !errors.Is(err, keycard.ErrTokenParts) {
		t.Errorf("no proof: %v", err)
	}
	if _, err := keycard.ValidateProof(proof, proofRules("token"), keycard.Time{}); !errors.Is(err, keycard.ErrTimeKind) {
		t.Errorf("no time: %v", err)
	}
}

func TestATokenIsTakenOnceByManyGoroutines(t *testing.T) {
	i := es256Issuer("first")
	v := newValidator(t, i.keys(t), accessPolicy())
	start := keycard.At(now.Add(-time.Hour))
	started := false
	cache := must(keycard.NewReplayCache(replayLimits(64), func() keycard.Time {
		if started {
			return keycard.At(now)
		}
		started = true
		return start
	}))
	const tokens, tries = 32, 8
	taken := make([]int, tokens)
	var mutex sync.Mutex
	var group sync.WaitGroup
	for n := 0; n < tokens; n++ {
		token := accepted(t, v, i.token(accessClaims(map[string]any{"jti": fmt.Sprint(n)})))
		for try := 0; try < tries; try++ {
			group.Add(1)
			go func(n int) {
				defer group.Done()
				if err := cache.CheckToken(token); err == nil {
					mutex.Lock()
					taken[n]++
					mutex.Unlock()
				} else if !errors.Is(err, keycard.ErrReplayed) {
					t.Error(err)
				}
			}(n)
		}
	}
	group.Wait()
	for n, times := range taken {
		if times != 1 {
			t.Errorf("token %d was taken %d times", n, times)
		}
	}
	if err := cache.CheckToken(accepted(t, v, i.token(accessClaims(nil)))); !errors.Is(err, keycard.ErrClaimMissing) {
		t.Errorf("without jti: %v", err)
	}
	old := accepted(t, v, i.token(accessClaims(map[string]any{"jti": "old", "iat": now.Unix() - 7200})))
	if err := cache.CheckToken(old); !errors.Is(err, keycard.ErrIssuedBeforeStart) {
		t.Errorf("issued before: %v", err)
	}
}

func TestACacheThatWasNotMadeTakesNothing(t *testing.T) {
	i := es256Issuer("first")
	token := accepted(t, newValidator(t, i.keys(t), accessPolicy()), i.token(accessClaims(nil)))
	for _, cache := range []*keycard.ReplayCache{nil, {}} {
		for _, err := range []error{cache.CheckToken(token), cache.CheckToken(nil), cache.CheckProof(nil), cache.CheckProof(new(keycard.Proof))} {
			if !errors.Is(err, keycard.ErrNullPointer) {
				t.Errorf("%v", err)
			}
		}
	}
	at := func(at keycard.Time) func() keycard.Time { return func() keycard.Time { return at } }
	for _, c := range []struct {
		entries int
		clock   func() keycard.Time
		want    error
	}{
		{10, nil, nil}, {0, at(keycard.At(now)), keycard.ErrMemoryTooSmall},
		{-1, at(keycard.At(now)), keycard.ErrMemoryTooSmall}, {1 << 40, at(keycard.At(now)), keycard.ErrMemoryTooSmall},
		{10, at(keycard.Time{}), keycard.ErrTimeKind}, {10, at(keycard.Unknown(now)), keycard.ErrTimeUnavailable},
	} {
		if _, err := keycard.NewReplayCache(replayLimits(c.entries), c.clock); !errors.Is(err, c.want) {
			t.Errorf("%d entries: %v", c.entries, err)
		}
	}
	cache := must(keycard.NewReplayCache(replayLimits(10), at(keycard.At(now))))
	if err := cache.CheckToken(new(keycard.Token)); !errors.Is(err, keycard.ErrStale) {
		t.Errorf("%v", err)
	}
	if err := cache.CheckProof(new(keycard.Proof)); err == nil {
		t.Error("a proof that was not made is taken")
	}
}

func TestACacheSaysWhatItsLimitsLack(t *testing.T) {
	for _, c := range []struct {
		change func(*keycard.ReplayLimits)
		want   error
	}{
		{func(l *keycard.ReplayLimits) { l.Share = 0 }, keycard.ErrReplayShare},
		{func(l *keycard.ReplayLimits) { l.Share = 17 }, keycard.ErrReplayShare},
		{func(l *keycard.ReplayLimits) { l.Window = time.Millisecond }, keycard.ErrPolicyValue},
		{func(l *keycard.ReplayLimits) { l.Leeway = -time.Second }, keycard.ErrPolicyValue},
	} {
		limits := replayLimits(10)
		c.change(&limits)
		if _, err := keycard.NewReplayCache(limits, nil); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v", limits, err)
		}
	}
}

func TestALongerWindowThanThatOfTheCacheIsRejected(t *testing.T) {
	client := es256Issuer("client")
	at := now.Add(-time.Minute)
	cache := must(keycard.NewReplayCache(replayLimits(16), func() keycard.Time { return keycard.At(at) }))
	at = now
	prove := func(id string, window time.Duration) error {
		claims := map[string]any{"jti": id, "htm": "POST", "htu": address, "iat": now.Unix(), "ath": hashOf("token")}
		rules := proofRules("token")
		rules.Window = window
		return cache.CheckProof(must(keycard.ValidateProof(client.proof(claims), rules, keycard.At(now))))
	}
	if err := prove("1", time.Minute); err != nil {
		t.Fatal(err)
	}
	var rejected *keycard.Error
	err := prove("1", 2*time.Minute)
	if !errors.Is(err, keycard.ErrReplayLimits) || !errors.As(err, &rejected) || rejected.Stage != keycard.StageUsage {
		t.Errorf("a longer window: %v", err)
	}
	if err := cache.Restart(2*time.Minute, 0); err != nil {
		t.Fatal(err)
	}
	if err := prove("1", 2*time.Minute); !errors.Is(err, keycard.ErrIssuedBeforeStart) {
		t.Errorf("after the window was raised: %v", err)
	}
	if err := cache.Restart(time.Millisecond, 0); !errors.Is(err, keycard.ErrPolicyValue) {
		t.Errorf("a part of a second: %v", err)
	}
}

func TestOneKeyFillsItsShareOfTheCache(t *testing.T) {
	at := now.Add(-time.Minute)
	cache := must(keycard.NewReplayCache(replayLimits(12), func() keycard.Time { return keycard.At(at) }))
	at = now
	use := func(client *issuer, id int) error {
		claims := map[string]any{"jti": fmt.Sprint(id), "htm": "POST", "htu": address, "iat": now.Unix(), "ath": hashOf("token")}
		return cache.CheckProof(must(keycard.ValidateProof(client.proof(claims), proofRules("token"), keycard.At(now))))
	}
	first, second := es256Issuer("client"), es256Issuer("other")
	for id := 0; id < 4; id++ {
		if err := use(first, id); err != nil {
			t.Fatal(id, err)
		}
	}
	if err := use(first, 4); !errors.Is(err, keycard.ErrReplayKeyFull) {
		t.Errorf("the fifth of one key: %v", err)
	}
	if err := use(second, 4); err != nil {
		t.Errorf("the first of another: %v", err)
	}
}

// The cache is made while the clock is behind, and then the clock is set. A proof that was used
// before the clock was set must not be accepted again.
func TestAStepOfTheClockStartsTheCacheAgain(t *testing.T) {
	client := es256Issuer("client")
	for behind, want := range map[time.Duration]error{
		time.Hour: keycard.ErrIssuedBeforeStart, 30 * time.Second: keycard.ErrIssuedBeforeStart, 0: nil,
	} {
		wall, passed := now.Add(-2*time.Minute-behind), time.Duration(0)
		restore := keycard.ReadClockBy(func() (time.Time, time.Duration) { return wall, passed })
		cache := must(keycard.NewReplayCache(replayLimits(16), nil))
		restore()
		use := func(id string) error {
			claims := map[string]any{"jti": id, "htm": "POST", "htu": address, "iat": wall.Unix(), "ath": hashOf("token")}
			return cache.CheckProof(must(keycard.ValidateProof(client.proof(claims), proofRules("token"), keycard.At(wall))))
		}
		// Two minutes pass, and the clock is set.
		wall, passed = now, 2*time.Minute
		if err := use("1"); !errors.Is(err, want) {
			t.Errorf("%v behind: %v", behind, err)
		}
		// After the cache was idle for longer than the window, it accepts proofs immediately.
		wall, passed = now.Add(time.Hour), 62*time.Minute
		if err := use("2"); err != nil {
			t.Errorf("%v behind, later: %v", behind, err)
		}
	}
}

func TestPreparedKeysChangeNoVerdict(t *testing.T) {
	client, other := es256Issuer("client"), es256Issuer("other")
	claims := func(id string) map[string]any {
		return map[string]any{"jti": id, "htm": "POST", "htu": address, "iat": now.Unix(), "ath": hashOf("token")}
	}
	for _, keys := range []int{1, 16, 100} {
		cache := must(keycard.NewProofKeyCache(keys, keycard.Precompute2KB))
		for round := 0; round < 5; round++ {
			text := client.proof(claims(fmt.Sprint(round)))
			proof, err := cache.ValidateProof(text, proofRules("token"), keycard.At(now))
			if err != nil {
				t.Fatal(err)
			}
			plain := must(keycard.ValidateProof(text, proofRules("token"), keycard.At(now)))
			if *proof.Key() != *plain.Key() {
				t.Error("another key")
			}
			cache.Admit(proof)
			header, _, _ := strings.Cut(text, ".")
			_, rest, _ := strings.Cut(other.proof(claims("forged")), ".")
			forged := header + "." + rest
			if _, err := cache.ValidateProof(forged, proofRules("token"), keycard.At(now)); !errors.Is(err, keycard.ErrSignatureInvalid) {
				t.Errorf("a stranger's signature in round %d: %v", round, err)
			}
		}
	}
	var group sync.WaitGroup
	cache := must(keycard.NewProofKeyCache(32, keycard.Precompute1KB))
	for worker := 0; worker < 8; worker++ {
		worker := worker
		group.Add(1)
		go func() {
			defer group.Done()
			for round := 0; round < 20; round++ {
				text := []*issuer{client, other}[round%2].proof(claims(fmt.Sprint(worker, round)))
				proof, err := cache.ValidateProof(text, proofRules("token"), keycard.At(now))
				if err != nil {
					t.Error(err)
					return
				}
				cache.Admit(proof)
			}
		}()
	}
	group.Wait()
}

func TestACacheOfProofKeysNeedsASize(t *testing.T) {
	for _, wrong := range []struct {
		keys       int
		precompute keycard.Precomputation
		err        error
	}{
		{0, keycard.Precompute2KB, keycard.ErrMemoryTooSmall},
		{-1, keycard.Precompute2KB, keycard.ErrMemoryTooSmall},
		{16, keycard.PrecomputeNone, keycard.ErrPolicyEmpty},
		{16, 3000, keycard.ErrPolicyValue},
	} {
		if _, err := keycard.NewProofKeyCache(wrong.keys, wrong.precompute); !errors.Is(err, wrong.err) {
			t.Errorf("%d keys of %d bytes: %v", wrong.keys, wrong.precompute, err)
		}
	}
	var zero keycard.ProofKeyCache
	claims := map[string]any{"jti": "1", "htm": "POST", "htu": address, "iat": now.Unix(), "ath": hashOf("token")}
	for _, cache := range []*keycard.ProofKeyCache{nil, &zero} {
		proof := must(cache.ValidateProof(es256Issuer("client").proof(claims), proofRules("token"), keycard.At(now)))
		cache.Admit(proof)
	}
}

func TestABoundPairIsReturnedOnce(t *testing.T) {
	server, client := es256Issuer("first"), es256Issuer("client")
	thumbprint := must(client.keys(t).Thumbprint(0))
	jwt := server.token(accessClaims(map[string]any{"cnf": map[string]any{"jkt": thumbprint}}))
	claims := map[string]any{"jti": "1", "htm": "POST", "htu": address, "iat": now.Unix(), "ath": hashOf(jwt)}
	validator := newValidator(t, server.keys(t), accessPolicy())
	start := now.Add(-time.Minute)
	cache := must(keycard.NewReplayCache(replayLimits(100), func() keycard.Time { return keycard.At(start) }))
	start = now
	keys := must(keycard.NewProofKeyCache(1, keycard.Precompute2KB))
	rules := proofRules("")
	rules.AccessToken = nil
	proof := client.proof(claims)
	unbound := server.token(accessClaims(nil))
	claims["ath"] = hashOf(unbound)
	ofUnbound := client.proof(claims)
	claims["ath"] = hashOf(jwt)
	get := rules
	get.Method = "GET"
	for _, c := range []struct {
		name, token, proof string
		rules              keycard.ProofRules
		replay             *keycard.ReplayCache
		want               error
	}{
		{"another method", jwt, proof, get, cache, keycard.ErrWrongHTTPMethod},
		{"another token", unbound, proof, rules, cache, keycard.ErrWrongHash},
		{"an unbound token", unbound, ofUnbound, rules, cache, keycard.ErrTokenNotBound},
		{"another key", jwt, es256Issuer("thief").proof(claims), rules, cache, keycard.ErrWrongConfirmation},
		{"the token in the rules", jwt, proof, proofRules(jwt), cache, keycard.ErrPolicyTwice},
		{"no cache", jwt, proof, rules, nil, keycard.ErrNullPointer},
	} {
		bound, err := validator.ValidateBoundOnce(c.token, c.proof, c.rules, keycard.At(now), c.replay, keys)
		if !errors.Is(err, c.want) || bound.Token() != nil || bound.Proof() != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	bound, err := validator.ValidateBoundOnce(jwt, proof, rules, keycard.At(now), cache, keys)
	if err != nil || bound.Token() == nil || !bound.Proof().IssuedAt().Equal(now) {
		t.Fatal(err)
	}
	for _, prepared := range []*keycard.ProofKeyCache{keys, nil} {
		if _, err := validator.ValidateBoundOnce(jwt, proof, rules, keycard.At(now), cache, prepared); !errors.Is(err, keycard.ErrReplayed) {
			t.Errorf("again: %v", err)
		}
	}
	if rules.AccessToken != nil {
		t.Error("the rules of the caller changed")
	}
}

// TestBindsAWorkloadOnce validates the pairs of tests/vectors/pairs.json.
func TestBindsAWorkloadOnce(t *testing.T) {
	var vectors struct {
		Now   int64
		JWKS  json.RawMessage
		Pairs []struct{ Kind, Token, Proof string }
	}
	if err := json.Unmarshal(must(os.ReadFile("../../tests/vectors/pairs.json")), &vectors); err != nil {
		t.Fatal(err)
	}
	keys := must(keycard.LoadKeys(keycard.JWKS(vectors.JWKS)))
	now := time.Unix(vectors.Now, 0)
	clock := now.Add(-time.Minute)
	cache := must(keycard.NewReplayCache(keycard.ReplayLimits{Uses: 16, Window: time.Minute, Share: 16}, func() keycard.Time {
		return keycard.At(clock)
	}))
	clock = now
	rules := keycard.ProofRules{
		Kind: keycard.ProofKindWorkload, Algorithms: keycard.ES256, Window: time.Minute, URI: "https://api.example/orders",
		AccessToken: keycard.Text("access-token"), TransactionToken: keycard.Text("transaction-token"),
	}
	domains := map[string]string{"workload": "wimse://example.com", "WIT-SVID": "spiffe://example.org"}
	for _, pair := range vectors.Pairs {
		domain, ok := domains[pair.Kind]
		if !ok {
			continue
		}
		policy := keycard.Policy{Profile: keycard.ProfileWorkloadIdentity, Issuer: domain, Flags: keycard.WithoutAudience, Algorithms: keycard.ES256}
		validator := must(keycard.NewValidator(keys, policy))
		if _, err := validator.Validate(pair.Token, now); !errors.Is(err, keycard.ErrTokenBound) {
			t.Errorf("%s alone: %v", pair.Kind, err)
		}
		other := rules
		other.TransactionToken = keycard.Text("other")
		for _, c := range []struct {
			rules keycard.ProofRules
			want  keycard.Status
		}{{other, keycard.ErrWrongHash}, {rules, 0}, {rules, keycard.ErrReplayed}} {
			bound, err := validator.ValidateBoundOnce(pair.Token, pair.Proof, c.rules, keycard.At(now), cache, nil)
			if c.want == 0 && (err != nil || bound.Token() == nil || bound.Proof() == nil) {
				t.Errorf("%s: %v", pair.Kind, err)
			}
			if c.want != 0 && (!errors.Is(err, c.want) || bound != nil) {
				t.Errorf("%s: %v", pair.Kind, err)
			}
		}
	}
}
