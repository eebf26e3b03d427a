use strict;
use warnings;
use JSON::PP;
use MIME::Base64 qw(encode_base64url);
use Net::OAuth2::AuthorizationServer;

my $asked = decode_json(join "", <STDIN>);
my $audience = $asked->{claims}{aud};
my $secret = "a secret of more than 32 characters, for tests";
my %clients = (clients => { client => { client_secret => "secret", scopes => { read => 1 } } }, jwt_secret => $secret);
my $grant = Net::OAuth2::AuthorizationServer->new->auth_code_grant(%clients);
my $jwk = encode_json({ kty => "oct", alg => "HS256", k => encode_base64url($secret) });
my @outputs;

sub token {
    my ($name, $token, %more) = @_;
    push @outputs, { kind => "token", name => $name, token => $token, keys => $jwk, policy => { alg => ["HS256"] }, %more };
}

my %asked = (client_id => "client", scopes => ["read"], user_id => "zoe");
my $access = $grant->token(%asked, type => "access");
token("access token", $access, issuer => undef);
token("access token, no audience asked for", $access, issuer => undef, audience => undef);
my $claims = sub { (iss => $asked->{claims}{iss}, sub => "zoe", aud => $audience) };
token("access token with jwt_claims_cb", $grant->token(%asked, type => "access", jwt_claims_cb => $claims));
token("refresh token", $grant->token(%asked, type => "refresh", jwt_claims_cb => $claims));
token("authorization code", $grant->token(%asked, type => "auth", redirect_uri => $audience, jwt_claims_cb => sub { (iss => $asked->{claims}{iss}) }));
print encode_json(\@outputs);
