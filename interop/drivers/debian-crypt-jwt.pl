use strict;
use warnings;
use Crypt::JWT qw(decode_jwt encode_jwt);
use Crypt::PK::ECC;
use Crypt::PK::RSA;
use Encode;
use JSON::PP;

my $asked = decode_json(join "", <STDIN>);
my @outputs;
for ([ES256 => "secp256r1"], [ES512 => "secp521r1"], [ES256K => "secp256k1"], ["PS256"]) {
    my ($alg, $curve) = @$_;
    my $key = $curve ? Crypt::PK::ECC->new : Crypt::PK::RSA->new;
    $key->generate_key($curve // 256);
    my $jwk = $key->export_key_jwk("public");
    my $token = encode_jwt(payload => $asked->{claims}, alg => $alg, key => $key);
    my $pem = $key->export_key_pem($curve ? "public_short" : "public");
    push @outputs, { kind => "token", name => $alg, token => $token, keys => $pem };
    push @outputs, { kind => "keys", name => "$alg key", keys => $jwk };
    next if $alg eq "ES256K";
    push @outputs, { kind => "thumbprint", name => "$alg thumbprint", thumbprint => $key->export_key_jwk_thumbprint("SHA256"), keys => $jwk };
    next if $alg ne "ES256";
    push @outputs, { kind => "keys", name => "PEM", keys => $key->export_key_pem("public") };
    my ($expires) = "exp = 4102444800" =~ /(\d+)/;
    $token = encode_jwt(payload => { %{ $asked->{claims} }, exp => $expires }, alg => $alg, key => $key);
    push @outputs, { kind => "token", name => "exp from a regular expression", token => $token, keys => $jwk };
    $token = encode_jwt(payload => $asked->{claims}, alg => $alg, key => $key, extra_headers => { kid => 7 });
    my $written = encode_jwt(payload => encode_utf8($asked->{json}), alg => $alg, key => $key);
    my $value = decode_jwt(token => $written, key => $key, decode_payload => 1);
    push @outputs, { kind => "reverse", name => "claims in canonical JSON", of => "canonical JSON", value => $value };
    push @outputs, { kind => "token", name => "kid of 7", token => $token, keys => $jwk };
}
print JSON::PP->new->utf8->encode(\@outputs);
