use strict;
use warnings;
use Crypt::PK::RSA;
use JSON::PP;
use Mojo::JWT;

my $asked = decode_json(join "", <STDIN>);
my $key = Crypt::PK::RSA->new;
$key->generate_key(256);
my $jwt = Mojo::JWT->new(claims => $asked->{claims}, algorithm => "RS256", secret => $key->export_key_pem("private"));
my @outputs = ({ kind => "token", name => "RS256", token => $jwt->encode, keys => $key->export_key_pem("public") });
my $secret = "a secret of more than 32 characters, for tests";
my $jwk = encode_json({ kty => "oct", alg => "HS256", k => do { require MIME::Base64; MIME::Base64::encode_base64url($secret) } });
my $token = Mojo::JWT->new(claims => $asked->{claims}, secret => $secret)->encode;
push @outputs, { kind => "token", name => "HS256", token => $token, keys => $jwk, policy => { alg => ["HS256"] } };
print encode_json(\@outputs);
