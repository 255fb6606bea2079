#include "tools/ledgerctl/phrases.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <sstream>

#include <fmt/format.h>

#include "apdu/animal_names.hpp"
#include "tools/common/errors.hpp"
#include "tools/ledgerctl/edit_distance.hpp"

namespace ledger_bridge::tools {

namespace {

using Words = std::vector<std::string>;

constexpr std::string_view kUri = "<uri>";
constexpr std::string_view kLevel = "<level>";

struct PhraseRow {
    std::string_view words;
    PhraseVerb verb;
};

constexpr std::array kPhrases{
    PhraseRow{"list connected ledgers", PhraseVerb::list},
    PhraseRow{"show ledger <uri>", PhraseVerb::show},
    PhraseRow{"setup ledger to bake for <uri>", PhraseVerb::setup},
    PhraseRow{"authorize ledger to bake for <uri>", PhraseVerb::setup},
    PhraseRow{"deauthorize ledger baking for <uri>", PhraseVerb::deauthorize},
    PhraseRow{"get ledger authorized path for <uri>", PhraseVerb::authorized_path},
    PhraseRow{"get ledger high water mark for <uri>", PhraseVerb::get_marks},
    PhraseRow{"get ledger high watermark for <uri>", PhraseVerb::get_marks},
    PhraseRow{"set ledger high water mark for <uri> to <level>", PhraseVerb::set_marks},
    PhraseRow{"set ledger high watermark for <uri> to <level>", PhraseVerb::set_marks},
};

Words split(std::string_view text) {
    std::istringstream stream{std::string(text)};
    Words words;
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return words;
}

bool is_uri(const std::string& typed) {
    return typed.find('/') != std::string::npos;
}

// Any word can be the name of a key. A level is told by its digits.
bool stands_for(const std::string& typed, const std::string& meant) {
    if (meant == kUri) {
        return true;
    }
    if (meant == kLevel) {
        return typed.find_first_not_of("0123456789") == std::string::npos;
    }
    return typed == meant;
}

// The first word says what is wanted, so it counts for more than all the others.
std::size_t distance(const Words& typed, const PhraseRow& row) {
    const auto meant = split(row.words);
    const bool same_verb = !typed.empty() && typed.front() == meant.front();
    return edit_distance(typed, meant, stands_for) + (same_verb ? 0 : typed.size() + meant.size());
}

const PhraseRow& nearest(const Words& typed) {
    return *std::min_element(
        kPhrases.begin(), kPhrases.end(), [&typed](const PhraseRow& one, const PhraseRow& other) {
            return distance(typed, one) < distance(typed, other);
        });
}

Result<void> fill(Phrase& phrase,
                  const std::string& typed,
                  std::string_view meant,
                  const Aliases& aliases) {
    if (meant == kLevel) {
        phrase.level = typed;
    }
    if (meant != kUri) {
        return {};
    }
    const auto uri = is_uri(typed) ? parse_device_uri(typed) : aliases(typed);
    if (!uri) {
        return uri.error();
    }
    if (phrase.verb == PhraseVerb::setup && !uri->path) {
        return fail(apdu::Errc::bad_ledger_uri,
                    fmt::format("'{}' names no key; write {}/secp256k1/0h/0h", typed, uri->text()));
    }
    phrase.uri = *uri;
    return {};
}

}  // namespace

Result<apdu::LedgerUri> parse_device_uri(const std::string& text) {
    auto uri = apdu::parse_ledger_uri(text);
    if (uri) {
        uri->name = apdu::name_in_words(uri->name);
    }
    return uri;
}

Result<Phrase> parse_phrase(const std::vector<std::string>& words, const Aliases& aliases) {
    const auto& row = nearest(words);
    if (distance(words, row) != 0) {
        return fail(Errc::unknown_phrase, fmt::format("it is '{}'", row.words));
    }
    Phrase phrase{.verb = row.verb, .uri = std::nullopt, .level = std::nullopt};
    const auto meant = split(row.words);
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (const auto filled = fill(phrase, words[i], meant[i], aliases); !filled) {
            return filled.error();
        }
    }
    return phrase;
}

Result<apdu::ChainId> parse_octez_chain(const std::string& text) {
    std::int32_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || rest != end) {
        return apdu::parse_chain_id(text);
    }
    const auto bits = static_cast<std::uint32_t>(number);
    const auto byte = [bits](int shift) { return static_cast<std::uint8_t>(bits >> shift); };
    return apdu::ChainId{{byte(24), byte(16), byte(8), byte(0)}};
}

}  // namespace ledger_bridge::tools
