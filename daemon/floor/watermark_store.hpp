// The seam behind which watermarks are kept: a file here, a shared store elsewhere.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
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

// What became of a message, for the log by which it is proved that nothing was signed twice.
struct AuditRow {
    WallTime time;
    MarkKey key;
    Position position;
    apdu::Digest digest{};
    std::string verdict;  // one of the names below
    std::string reason;   // of a refusal or failure: the error's id
    std::string device;   // as configured; empty where none was asked
};
inline constexpr std::string_view kSignVerdict = "sign";  // its mark was committed with this row
inline constexpr std::string_view kRepeatVerdict = "repeat";  // the stored signature was given
inline constexpr std::string_view kRefuseVerdict = "refuse";  // not let through to the device
inline constexpr std::string_view kFailVerdict = "fail";      // let through, but no signature came
inline constexpr std::string_view kImportVerdict = "import";  // a mark from elsewhere

// How many of those rows are kept when nothing else is said.
inline constexpr std::uint64_t kAuditKeep = 1'000'000;

// What a device last said of itself, so that its keys can be served before it is plugged in.
struct DeviceRecord {
    std::string name;  // the four words of its seed
    apdu::AuthorizedKey authorized;
    apdu::PublicKey public_key;
    apdu::ChainId chain;
    apdu::DeviceMarks marks;
    WallTime seen;
};

// All of a store that marks, adopted levels and the role are worked out from.
struct StoreContents {
    std::optional<std::string> floor = std::nullopt;  // kFloorFact
    std::vector<StoredMark> marks = {};
    std::vector<AdoptedLevel> adopted = {};
    bool handed_over = false;
};

// Rows to be written, in place of those with the same keys.
struct StoreChange {
    std::vector<StoredMark> marks = {};  // from elsewhere, logged as kImportVerdict
    std::vector<AdoptedLevel> ended = {};
    std::vector<AdoptedLevel> added = {};
    bool ends_handover = false;  // whoever was handed over signs again
};

// What follows from what is stored. May be called again, when the first writing found no room.
using WorkOut = std::function<Result<StoreChange>(const StoreContents&)>;

// Blocking; one thread at a time. Times are kept in whole microseconds.
//
// Every call can fail with store_unavailable, store_full (may pass by themselves) or store_damaged
// (needs a person). After such a failure of a write it is unknown whether the write is in the
// store, but nothing is reported as written that would be missing after a crash or power cut.
class WatermarkStore {
public:
    WatermarkStore() = default;
    WatermarkStore(const WatermarkStore&) = delete;
    WatermarkStore& operator=(const WatermarkStore&) = delete;
    WatermarkStore(WatermarkStore&&) = delete;
    WatermarkStore& operator=(WatermarkStore&&) = delete;
    virtual ~WatermarkStore() = default;

    // Compares with the stored mark and writes, in one transaction; returns when it is durable.
    // A higher position replaces the mark, clears its signature and is logged as kSignVerdict for
    // `device`; the equal position with the equal digest changes nothing; anything else, and a
    // higher position that is not above the adopted levels, is commit_conflict. Its detail begins
    // with the words of Octez and ends with the marks of the host (see refusal_text.hpp). Where
    // kHandedOverFact is set everything is refused with handed_over.
    virtual Result<void> commit(const MarkKey& key,
                                const Position& position,
                                const apdu::Digest& digest,
                                WallTime time,
                                std::string_view device) = 0;
    Result<void> commit(const MarkKey& key,
                        const Position& position,
                        const apdu::Digest& digest,
                        WallTime time) {
        return commit(key, position, digest, time, "");
    }

    // Adds the signature to the mark if that still has this digest; no error if it has moved on.
    virtual Result<void> record_signature(const MarkKey& key,
                                          const apdu::Digest& digest,
                                          const apdu::Signature& signature) = 0;

    virtual Result<std::vector<StoredMark>> marks() = 0;
    virtual Result<std::optional<SignedMark>> find(const MarkKey& key) = 0;

    // Replaces what was known of the device of that name.
    virtual Result<void> remember_device(const DeviceRecord& device) = 0;
    virtual Result<std::vector<DeviceRecord>> devices() = 0;

    virtual Result<std::vector<AdoptedLevel>> adopted() = 0;

    // Reads, works out and writes in one transaction, so that nothing another program does comes
    // between: all or nothing. Gives what is stored then, when it is durable. Errors: of
    // `work_out`; commit_conflict, as check_change() has it, since nothing may become lower.
    virtual Result<StoreContents> change(const WorkOut& work_out) = 0;

    // Adds to the log; returns when it is durable.
    virtual Result<void> append_audit(const std::vector<AuditRow>& rows) = 0;

    // Small facts about the store itself. Writing replaces, durably.
    virtual Result<std::optional<std::string>> fact(std::string_view name) = 0;
    virtual Result<void> set_fact(std::string_view name, std::string_view value) = 0;

    // Writes something of no meaning, durably: succeeds when a commit would.
    virtual Result<void> probe() = 0;

    // The disk is full: what is written now takes the space that was kept for this.
    [[nodiscard]] virtual bool low_on_space() const { return false; }

    // Housekeeping, called when no write waits. What fails here is tried again at the next call.
    virtual void tidy() {}
};

// Names of facts.
inline constexpr std::string_view kFloorFact = "floor";      // 32 hex digits, as in the marker
inline constexpr std::string_view kMachineFact = "machine";  // machine_identity()
// Another signer goes on from here, so nothing is signed; when that was said, for people.
inline constexpr std::string_view kHandedOverFact = "handed_over";

}  // namespace ledger_bridge::floor
