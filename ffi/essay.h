/*
 * Veritok: verification of JWS, JWT and OpenID Connect tokens, and of the
 * exchanges that bring them, without a heap.
 *
 * What it does. A call gets a token, keys, a policy and the time, and judges
 * every rule: form, header, algorithm, key, signature, claims. It answers one
 * status and, if asked, a report with the state of each check. An expectation
 * that the policy sets is a claim that is required.
 *
 * What it does not. It opens no socket, reads no clock, allocates nothing,
 * keeps no state, and remembers no nonce: the caller fetches keys, passes the
 * time, and refuses what it has seen before.
 *
 * Memory. The caller owns all of it. Key sets live in storage of a size that
 * VTOK_KEYS_SIZE tells; tokens are decoded into a scratch buffer or in place.
 * The library keeps no pointer, but in objects of the caller's: a vtok_keys is
 * its own memory and must not be moved or copied; a vtok_verified, vtok_value
 * or vtok_unverified points into the token's buffer and the scratch buffer,
 * which must live and stay as they are while it is used.
 *
 * Views. A vtok_bytes is {ptr, len}; no text needs a NUL, and none that comes
 * back has one. {NULL, 0} means "not set"; a view of length 0 whose pointer is
 * not NULL means "set, and empty". Names and messages alone are C strings.
 *
 * NULL. Every pointer is checked. NULL is VTOK_NULL_POINTER, but where a
 * function says that it may be NULL.
 *
 * Status. Each function returns an int32_t: VTOK_OK (0), or the number of an
 * error, which never changes its meaning; 1xx is misuse of the library.
 * Outputs come last. They are zeroed first and filled on success alone; a
 * zeroed vtok_verified reads "not verified". A report is always filled. What
 * a call writes lies apart from all that it reads, every view and list of a
 * policy included, and from what else it writes: all else is VTOK_OVERLAP, and
 * nothing is written.
 *
 * Exchanges. A login goes from structure to structure: vtok_request_init,
 * vtok_response_read, vtok_token_response, vtok_login_verify. What a step has
 * not verified, its structure does not show. Request and session are bytes
 * that the caller keeps; each call gets them with the client, and a step goes
 * on with its own request alone. A structure borrows the buffers that its
 * calls were lent, its documentation names them; a call that would write there
 * is VTOK_OVERLAP. When a provider answers with an error, the status is
 * VTOK_PROVIDER_ERROR and a vtok_error_response says which.
 *
 * Threads. The library has no state of its own; SHA-2 alone remembers, in an
 * atomic, what the processor can do. Any number of threads may verify with one
 * key set and one policy at once, while none of them changes it.
 *
 * Secrets. HMAC keys, the expected nonce, state, code and access token never
 * steer control flow or addresses; but the text of a JWK that holds a key is
 * read like any JSON. vtok_keys_clear erases key storage.
 *
 * A complete example:
 *
@EXAMPLE@
 */
