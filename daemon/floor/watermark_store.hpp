// The seam behind which watermarks are kept: a file here, a shared store elsewhere.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apdu/instructions.hpp"
#include "apdu/keys.hpp"
#include "apdu/signature.hpp"
#include "apdu/types.hpp"
#include "daemon/floor/adopted_level.hpp"
#include "daemon/floor/payload.hpp"
#include "daemon/floor/watermark.hpp"
#include "driver/base/clock.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

// Marks of different keys, chains and kinds are independent.
struct MarkKey {
    apdu::KeyHash key;
    apdu::ChainId chain;
    Kind kind = Kind::block;

    auto operator<=>(const MarkKey&) const = default;  // NOLINT(modernize-use-nullptr): its bug
};

struct StoredMark {
    MarkKey key;
    SignedMark mark;
};

// What a device last said of itself, so that its keys can be served before it is plugged in.
struct DeviceRecord {
    std::string name;  // the four words of its seed
    apdu::AuthorizedKey authorized;
    apdu::PublicKey public_key;
    apdu::ChainId chain;
    apdu::DeviceMarks marks;
    WallTime seen;
};

// Blocking; one thread at a time. Times are kept in whole microseconds.
//
// Every call can fail with store_unavailable (may pass by itself) or store_damaged (needs a
// person). After such a failure of a write it is unknown whether the write is in the store, but
// nothing is reported as written that would be missing after a crash or power cut.
class WatermarkStore {
public:
    WatermarkStore() = default;
    WatermarkStore(const WatermarkStore&) = delete;
    WatermarkStore& operator=(const WatermarkStore&) = delete;
    WatermarkStore(WatermarkStore&&) = delete;
    WatermarkStore& operator=(WatermarkStore&&) = delete;
    virtual ~WatermarkStore() = default;

    // Compares with the stored mark and writes, in one transaction; returns when it is durable.
    // A higher position replaces the mark and clears its signature; the equal position with the
    // equal digest changes nothing; anything else is commit_conflict, which names both.
    virtual Result<void> commit(const MarkKey& key,
                                const Position& position,
                                const apdu::Digest& digest,
                                WallTime time) = 0;

    // Adds the signature to the mark if that still has this digest; no error if it has moved on.
    virtual Result<void> record_signature(const MarkKey& key,
                                          const apdu::Digest& digest,
                                          const apdu::Signature& signature) = 0;

    virtual Result<std::vector<StoredMark>> marks() = 0;
    virtual Result<std::optional<SignedMark>> find(const MarkKey& key) = 0;

    // Replaces what was known of the device of that name.
    virtual Result<void> remember_device(const DeviceRecord& device) = 0;
    virtual Result<std::vector<DeviceRecord>> devices() = 0;

    // Takes `ended` out and writes `added`, which replace rows of the same device, key and scope,
    // in one transaction; returns when it is durable.
    virtual Result<void> change_adopted(const std::vector<AdoptedLevel>& ended,
                                        const std::vector<AdoptedLevel>& added) = 0;
    virtual Result<std::vector<AdoptedLevel>> adopted() = 0;

    // Writes these in place of those with the same keys, all or none; returns when it is durable.
    // What comes from elsewhere, with the maximum already taken: see merge_into().
    virtual Result<void> write_all(const std::vector<StoredMark>& marks,
                                   const std::vector<AdoptedLevel>& adopted) = 0;

    // Small facts about the store itself. Writing replaces, durably.
    virtual Result<std::optional<std::string>> fact(std::string_view name) = 0;
    virtual Result<void> set_fact(std::string_view name, std::string_view value) = 0;

    // Writes something of no meaning, durably: succeeds when a commit would.
    virtual Result<void> probe() = 0;

    // Housekeeping, called when no write waits. What fails here is tried again at the next call.
    virtual void tidy() {}
};

// Names of facts.
inline constexpr std::string_view kFloorFact = "floor";      // 32 hex digits, as in the marker
inline constexpr std::string_view kMachineFact = "machine";  // machine_identity()

}  // namespace ledger_bridge::floor
