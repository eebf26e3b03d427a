/* cjose: this driver does not read the request. Its claims are the same as those of run.py. */
#include <cjose/cjose.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int count;

static void text(const char *text)
{
    for (; *text; text++) {
        if (*text == '"')
            putchar('\\');
        putchar(*text);
    }
}

static void make(const char *alg, cjose_jwk_t *key)
{
    char payload[256];
    cjose_err error;
    const char *token, *public = cjose_jwk_to_json(key, 0, &error);
    cjose_header_t *header = cjose_header_new(&error);
    snprintf(payload, sizeof payload,
             "{\"iss\":\"https://issuer.example\",\"sub\":\"Zo\xc3\xab\",\"aud\":\"api://device\",\"exp\":4102444800,\"iat\":%ld}",
             (long)time(NULL));
    cjose_header_set(header, "alg", alg, &error);
    cjose_jws_t *jws = cjose_jws_sign(key, header, (uint8_t *)payload, strlen(payload), &error);
    if (!jws || !cjose_jws_export(jws, &token, &error))
        exit(1);
    printf("%s{\"kind\":\"token\",\"name\":\"%s\",\"token\":\"%s\",\"keys\":\"", count++ ? "," : "", alg, token);
    text(public);
    printf("\"},{\"kind\":\"keys\",\"name\":\"%s key\",\"keys\":\"", alg);
    text(public);
    printf("\"}");
}

int main(void)
{
    cjose_err error;
    printf("[");
    make("ES256", cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &error));
    make("ES512", cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_521, &error));
    make("PS256", cjose_jwk_create_RSA_random(2048, (const uint8_t *)"\x01\x00\x01", 3, &error));
    printf("]");
    return 0;
}
