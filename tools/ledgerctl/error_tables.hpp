// Every error that a person can meet, of every folder: what README's table and `explain` tell.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "driver/base/errors.hpp"

namespace ledger_bridge::tools {

struct KnownError {
    std::string_view from;  // README's word for where it comes from: "connection"
    error_code code;
    const ErrorRow* row;  // never null; outlives the process
};

// In README's order. One id may stand in several tables.
std::vector<KnownError> known_errors();

// The status that HTTP clients see it with; none for what never reaches them.
std::optional<unsigned> status_over_http(const KnownError& error);

// The device's own word; none for what the host found.
std::optional<unsigned> status_word(const KnownError& error);

// Of a word that has no row of its own too; none when no device ends an answer with it, or only one
// that is well.
std::optional<KnownError> error_of_word(unsigned word);

// What is known of its status word beyond its row; empty for most.
std::string_view meaning(const KnownError& error);

}  // namespace ledger_bridge::tools
