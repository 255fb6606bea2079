#include "tools/emulator/app/operations.hpp"

#include <algorithm>
#include <optional>

namespace ledger_bridge::emulator {

namespace {

constexpr std::uint8_t kReveal = 0x6b;
constexpr std::uint8_t kDelegation = 0x6e;
constexpr std::size_t kBranchSize = 32;
constexpr std::size_t kHashSize = 20;

// The device reads byte by byte and stops at the first wrong one, so a group that ends early is
// incomplete and not malformed: that matters to a packet that is not the last.
class OperationsParser {
public:
    OperationsParser(ByteView group, const KeyPair& signer) : reader_(group), signer_(signer) {}

    Operations parse() {
        static_cast<void>(take(kBranchSize));
        while (reader_.ok() && reader_.remaining() > 0 && well_formed_) {
            operation();
        }
        operations_.reading = verdict();
        return operations_;
    }

private:
    [[nodiscard]] Operations::Reading verdict() const {
        if (!well_formed_) {
            return Operations::Reading::malformed;
        }
        const auto any = revealed_ || operations_.delegates;
        return reader_.ok() && any ? Operations::Reading::complete
                                   : Operations::Reading::incomplete;
    }

    // Nothing when the group has ended or was found malformed before.
    std::optional<ByteView> take(std::size_t size) {
        const auto bytes = reader_.bytes(size);
        return reader_.ok() && well_formed_ ? std::optional(bytes) : std::nullopt;
    }

    void require(bool condition) { well_formed_ = well_formed_ && condition; }

    void operation() {
        const auto tag = reader_.u8();
        // The tag is judged when the byte after it comes.
        require(reader_.remaining() == 0 || tag == kReveal || tag == kDelegation);
        const auto source = take(1 + kHashSize);
        require(!source || is_signer(*source));
        operations_.fee += zarith();
        static_cast<void>(zarith());  // counter
        static_cast<void>(zarith());  // gas limit
        static_cast<void>(zarith());  // storage limit
        if (tag == kReveal) {
            reveal();
        } else {
            delegation();
        }
    }

    void reveal() {
        const auto tag = take(1);
        require(!tag || tag->front() == signer_.tezos_tag());
        const auto key = take(signer_.compressed().size());
        require(!key || std::ranges::equal(*key, signer_.compressed()));
        revealed_ = revealed_ || (key && well_formed_);
    }

    void delegation() {
        const auto present = take(1);
        require(!present || !operations_.delegates);
        if (!present || !well_formed_) {
            return;
        }
        operations_.delegates = true;
        if (present->front() == 0) {
            return;
        }
        const auto delegate = take(1 + kHashSize);
        require(!delegate || delegate->front() <= kLastKeyKind);
        operations_.delegates_to_signer = delegate && is_signer(*delegate);
    }

    [[nodiscard]] bool is_signer(ByteView key) const {
        return key.front() == signer_.tezos_tag() &&
               std::ranges::equal(key.subspan(1), signer_.hash());
    }

    // Seven bits a byte, lowest first, bit 7 set when more follow; 64 bits at most.
    std::uint64_t zarith() {
        std::uint64_t value = 0;
        for (unsigned shift = 0;; shift += 7) {
            const auto byte = take(1);
            if (!byte) {
                return 0;
            }
            const auto digit = byte->front();
            require(shift < 63 || digit == 1);
            value |= static_cast<std::uint64_t>(digit & 0x7fU) << shift;
            if ((digit & 0x80U) == 0 || !well_formed_) {
                return value;
            }
        }
    }

    static constexpr std::uint8_t kLastKeyKind = 2;

    ByteReader reader_;
    const KeyPair& signer_;
    Operations operations_;
    bool well_formed_ = true;
    bool revealed_ = false;
};

}  // namespace

Operations parse_operations(ByteView group, const KeyPair& signer) {
    return OperationsParser(group, signer).parse();
}

}  // namespace ledger_bridge::emulator
