/* A program without a C library: verifies a real ID Token and tells by its exit status. */

typedef unsigned char byte;
typedef unsigned long size;

int import_keys(const byte *jwks, size len);
int verify_id_token(const byte *jwks, size jwks_len, byte *token, size token_len, long now);
int decrypt_token(const byte *jwk, size jwk_len, byte *token, size token_len);

/* OpenID Connect Core 1.0, appendix A.3; valid from 1311280970 to 1311281970. */
__asm__(".section .data\n"
        "jwks: .incbin \"a3-jwks.json\"\n"
        "jwks_end:\n"
        "token: .incbin \"a3.jwt\"\n"
        "token_end:\n"
        ".text\n");
extern byte jwks[], jwks_end[], token[], token_end[];

enum { NOW = 1311281000 };
enum { SIGNATURE_INVALID = 600, EXPIRED = 742, KEY_NOT_FOUND = 500, DECRYPTION_FAILED = 618 };

/* The data file may end in a line feed; the token does not. */
static size token_len(void)
{
    size len = (size)(token_end - token);
    while (len > 0 && token[len - 1] == '\n')
        len--;
    return len;
}

static int verdict_of_copy(size changed_at, size jwks_len, long now)
{
    static byte copy[4096];
    size len = token_len();
    if (len > sizeof copy)
        return -1;
    for (size at = 0; at < len; at++)
        copy[at] = token[at];
    if (changed_at < len)
        copy[changed_at] = copy[changed_at] == 'A' ? 'B' : 'A';
    return verify_id_token(jwks, jwks_len, copy, len, now);
}

/* RFC 7516, appendix A.3. */
static const byte jwk[] = "{\"kty\":\"oct\",\"k\":\"GawgguFyGrWKav7AX4VKUg\"}";
static byte jwe[] = "eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0."
                    "6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ."
                    "AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY."
                    "U0m_YmjN04DJvceFICbCVQ";

/* 0 when every step ends as it must, else the number of the step. */
int run(void)
{
    size keys = (size)(jwks_end - jwks), untouched = (size)-1;
    static const byte no_keys[] = "{\"keys\":[]}";
    if (import_keys(jwks, keys) != 1)
        return 1;
    if (import_keys(no_keys, sizeof no_keys - 1) != 0)
        return 2;
    if (verdict_of_copy(untouched, keys, NOW) != 0)
        return 3;
    if (verdict_of_copy(token_len() - 9, keys, NOW) != SIGNATURE_INVALID)
        return 4;
    if (verdict_of_copy(untouched, keys, NOW + 10000) != EXPIRED)
        return 5;
    if (verify_id_token(no_keys, sizeof no_keys - 1, token, token_len(), NOW) != KEY_NOT_FOUND)
        return 6;
    jwe[60] ^= 1;
    if (decrypt_token(jwk, sizeof jwk - 1, jwe, sizeof jwe - 1) != -DECRYPTION_FAILED)
        return 7;
    jwe[60] ^= 1;
    if (decrypt_token(jwk, sizeof jwk - 1, jwe, sizeof jwe - 1) != 22)
        return 8;
    return 0;
}

#if defined(__x86_64__)
__asm__(".globl _start\n"
        "_start: xor %ebp, %ebp\n"
        "and $-16, %rsp\n"
        "call run\n"
        "mov %eax, %edi\n"
        "mov $60, %eax\n"
        "syscall\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n"
        "_start: mov x29, #0\n"
        "bl run\n"
        "mov x8, #93\n"
        "svc #0\n");
#else
#error "write _start for this processor"
#endif

/* What the compiler may call; nothing else is supplied. */
void *memcpy(void *to, const void *from, size len)
{
    for (size at = 0; at < len; at++)
        ((byte *)to)[at] = ((const byte *)from)[at];
    return to;
}

void *memmove(void *to, const void *from, size len)
{
    if ((size)to - (size)from >= len)
        return memcpy(to, from, len);
    while (len-- > 0)
        ((byte *)to)[len] = ((const byte *)from)[len];
    return to;
}

void *memset(void *to, int value, size len)
{
    for (size at = 0; at < len; at++)
        ((byte *)to)[at] = (byte)value;
    return to;
}

int memcmp(const void *a, const void *b, size len)
{
    for (size at = 0; at < len; at++)
        if (((const byte *)a)[at] != ((const byte *)b)[at])
            return ((const byte *)a)[at] - ((const byte *)b)[at];
    return 0;
}

int bcmp(const void *a, const void *b, size len)
{
    return memcmp(a, b, len);
}
