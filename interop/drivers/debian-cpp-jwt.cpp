// cpp-jwt: the request's claims are read with the JSON library that it comes with.
#include <chrono>
#include <iostream>
#include <jwt/jwt.hpp>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

using nlohmann::json;
using namespace jwt::params;

static std::string written(EVP_PKEY *key, bool is_private)
{
    BIO *memory = BIO_new(BIO_s_mem());
    char *text;
    if (is_private)
        PEM_write_bio_PrivateKey(memory, key, nullptr, nullptr, 0, nullptr, nullptr);
    else
        PEM_write_bio_PUBKEY(memory, key);
    long size = BIO_get_mem_data(memory, &text);
    return std::string(text, size);
}

int main()
{
    json claims = json::parse(std::cin)["claims"], outputs = json::array();
    std::string iss = claims["iss"], sub = claims["sub"], aud = claims["aud"];
    EVP_PKEY *ec = EVP_EC_gen("P-256");
    auto put = [&](const char *name, const char *alg, EVP_PKEY *key, auto fill) {
        jwt::jwt_object object{algorithm(alg), secret(written(key, true)), payload({{"iss", iss}, {"sub", sub}, {"aud", aud}})};
        fill(object);
        outputs.push_back({{"kind", "token"}, {"name", name}, {"token", object.signature()}, {"keys", written(key, false)}});
    };
    auto dates = [&](jwt::jwt_object &object) {
        object.add_claim("exp", std::chrono::system_clock::now() + std::chrono::hours{1});
        object.add_claim("iat", claims["iat"].get<int64_t>());
    };
    put("ES256", "ES256", ec, dates);
    put("ES512", "ES512", EVP_EC_gen("P-521"), dates);
    put("RS256", "RS256", EVP_RSA_gen(2048), dates);
    put("kid", "ES256", ec, [&](jwt::jwt_object &object) {
        dates(object);
        object.header().add_header("kid", "one");
    });
    // Its README writes the payload in this way, and `exp` is then text.
    jwt::jwt_object text{algorithm("ES256"), secret(written(ec, true)), payload({{"iss", iss}, {"sub", sub}, {"aud", aud}, {"exp", "4102444800"}})};
    outputs.push_back({{"kind", "token"}, {"name", "exp in the payload"}, {"token", text.signature()}, {"keys", written(ec, false)}});
    std::cout << outputs;
}
