// The commands of octez-signer about a Ledger, in its words. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "apdu/ledger_uri.hpp"
#include "apdu/types.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::tools {

// The key on a Ledger that has this name in octez. Errors: octez_home.hpp.
using Aliases = std::function<Result<apdu::LedgerUri>(const std::string& alias)>;

enum class PhraseVerb { list, show, setup, deauthorize, authorized_path, get_marks, set_marks };

struct Phrase {
    PhraseVerb verb = PhraseVerb::list;
    std::optional<apdu::LedgerUri> uri;  // of every verb but list; its name is the four words
    std::optional<std::string> level;    // of set_marks, as it was typed
};

//   list connected ledgers                    show ledger <uri>
//   setup ledger to bake for <uri>            authorize ledger to bake for <uri>
//   deauthorize ledger baking for <uri>       get ledger authorized path for <uri>
//   get ledger high water mark for <uri>      set ledger high water mark for <uri> to <level>
//
// and with "watermark" as one word. authorize is setup by its older name. A <uri> is
// ledger://<device>[/<curve>/<path>], where the device is four words or its root key's address, or
// the name of a key, which has no slash; `aliases` is asked for that alone.
// Errors: unknown_phrase, with the nearest of these; bad_ledger_uri, also where a key is needed
// and the URI names a device alone; those of `aliases`.
Result<Phrase> parse_phrase(const std::vector<std::string>& words, const Aliases& aliases);

// A ledger:// URI; a device that is named by its root key's address gets its four words.
// Errors: bad_ledger_uri.
Result<apdu::LedgerUri> parse_device_uri(const std::string& text);

// octez' spelling of a chain on the command line: base58, a 32-bit number, or a name of ours.
// Errors: bad_chain_id.
Result<apdu::ChainId> parse_octez_chain(const std::string& text);

}  // namespace ledger_bridge::tools
