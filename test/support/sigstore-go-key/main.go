// Verifies the statement of a bundle with a public key by sigstore-go, without a log entry and without a timestamp.
//
// Usage: verify-with-key KEY.pub SHA256 BUNDLE
package main

import (
	"crypto"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"time"

	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"
	"github.com/sigstore/sigstore/pkg/signature"
)

type currentKey struct{ signature.Verifier }

func (currentKey) ValidAtTime(time.Time) bool { return true }

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	check(err)
	block, _ := pem.Decode(text)
	if block == nil {
		check(fmt.Errorf("no PEM in %s", os.Args[1]))
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	check(err)
	digest, err := hex.DecodeString(os.Args[2])
	check(err)
	material := root.NewTrustedPublicKeyMaterial(func(string) (root.TimeConstrainedVerifier, error) {
		verifier, err := signature.LoadVerifier(key, crypto.SHA256)
		return currentKey{verifier}, err
	})
	verifier, err := verify.NewSignedEntityVerifier(material, verify.WithCurrentTime())
	check(err)
	entity, err := bundle.LoadJSONFromPath(os.Args[3])
	check(err)
	policy := verify.NewPolicy(verify.WithArtifactDigest("sha256", digest), verify.WithKey())
	result, err := verifier.Verify(entity, policy)
	check(err)
	check(json.NewEncoder(os.Stdout).Encode(result.Statement.PredicateType))
}
