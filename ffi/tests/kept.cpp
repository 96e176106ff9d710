// A policy that keeps KEPT, a text or a list: what compiles, and what does not.
#include <string>

#include "veritok.hpp"

std::string made();
extern const std::string text;
extern const vtok_bytes list[2];

void keep(veritok::Policy &policy);
void keep(veritok::Policy &policy) { policy.KEPT; }
