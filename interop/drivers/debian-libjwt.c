/* libjwt: this driver does not read the request, because libjwt has no JSON parser. Its claims are
 * the same as those of run.py. */
#include <jwt.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char *written(EVP_PKEY *key, int is_private)
{
    BIO *memory = BIO_new(BIO_s_mem());
    char *text;
    if (is_private)
        PEM_write_bio_PrivateKey(memory, key, NULL, NULL, 0, NULL, NULL);
    else
        PEM_write_bio_PUBKEY(memory, key);
    long size = BIO_get_mem_data(memory, &text);
    return strndup(text, size);
}

static void print(const char *name, const char *token, const char *pem)
{
    static int count;
    printf("%s{\"kind\":\"token\",\"name\":\"%s\",\"token\":\"%s\",\"keys\":\"", count++ ? "," : "", name, token);
    for (; *pem; pem++)
        *pem == '\n' ? fputs("\\n", stdout) : putchar(*pem);
    printf("\"}");
}

static void sign(const char *name, jwt_alg_t alg, EVP_PKEY *key, const char *more)
{
    jwt_t *jwt;
    char *pem = written(key, 1);
    jwt_new(&jwt);
    jwt_add_grant(jwt, "iss", "https://issuer.example");
    jwt_add_grant(jwt, "sub", "Zo\xc3\xab");
    jwt_add_grant(jwt, "aud", "api://device");
    jwt_add_grant_int(jwt, "iat", time(NULL));
    jwt_add_grant_int(jwt, "exp", 4102444800);
    if (more)
        jwt_add_grants_json(jwt, more);
    if (jwt_set_alg(jwt, alg, (unsigned char *)pem, strlen(pem)) != 0)
        exit(1);
    print(name, jwt_encode_str(jwt), written(key, 0));
}

int main(void)
{
    EVP_PKEY *ec = EVP_EC_gen("P-256");
    printf("[");
    sign("ES256", JWT_ALG_ES256, ec, NULL);
    sign("ES512", JWT_ALG_ES512, EVP_EC_gen("P-521"), NULL);
    sign("RS256", JWT_ALG_RS256, EVP_RSA_gen(2048), NULL);
    sign("nbf of 1.5e9", JWT_ALG_ES256, ec, "{\"nbf\":1.5e9}");
    printf("]");
    return 0;
}
