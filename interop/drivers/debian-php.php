<?php
// PHP has no JOSE: json_encode and openssl, as its users put them together.

$asked = json_decode(stream_get_contents(STDIN), true);
$outputs = [];

function base64url($text) { return rtrim(strtr(base64_encode($text), "+/", "-_"), "="); }

function token($claims, $key) {
    $signed = base64url(json_encode(["typ" => "JWT", "alg" => "RS256"])) . "." . base64url(json_encode($claims));
    openssl_sign($signed, $signature, $key, OPENSSL_ALGO_SHA256);
    return $signed . "." . base64url($signature);
}

$key = openssl_pkey_new(["private_key_type" => OPENSSL_KEYTYPE_RSA, "private_key_bits" => 2048]);
$pem = openssl_pkey_get_details($key)["key"];
$claims = $asked["claims"];
$variants = [
    "RS256" => $claims,
    "exp as a float" => ["exp" => 4102444800.0] + $claims,
    "exp with a fraction" => ["exp" => 4102444800.1] + $claims,
    "exp by format('U')" => ["exp" => (new DateTime("@4102444800"))->format("U")] + $claims,
    "aud by array_filter" => ["aud" => array_filter([null, $claims["aud"]])] + $claims,
];
foreach ($variants as $name => $variant)
    $outputs[] = ["kind" => "token", "name" => $name, "token" => token($variant, $key), "keys" => $pem];

function ec_key($widths) {
    do {
        $key = openssl_pkey_new(["private_key_type" => OPENSSL_KEYTYPE_EC, "curve_name" => "secp521r1"]);
        $ec = openssl_pkey_get_details($key)["ec"];
    } while ([strlen($ec["x"]), strlen($ec["y"])] !== $widths);
    return json_encode(["kty" => "EC", "crv" => "P-521", "x" => base64url($ec["x"]), "y" => base64url($ec["y"])]);
}
$outputs[] = ["kind" => "keys", "name" => "P-521 key", "keys" => ec_key([66, 66])];
$outputs[] = ["kind" => "keys", "name" => "P-521 key, x below 2^520", "keys" => ec_key([65, 66])];
$outputs[] = ["kind" => "reverse", "name" => "claims in canonical JSON", "of" => "canonical JSON", "value" => json_decode($asked["json"])];
echo json_encode($outputs);
