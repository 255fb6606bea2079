#include "tests/daemon/desk.hpp"

#include <array>
#include <utility>

#include "daemon/floor/errors.hpp"
#include "driver/errors.hpp"

namespace ledger_bridge::daemon::test {

namespace {

constexpr std::uint8_t kSignWithHash = 0x0f;
constexpr std::uint8_t kMessagePacket = 0x81;

bool is_sign(ByteView apdu) {
    return apdu.size() > 2 && apdu[1] == kSignWithHash && apdu[2] == kMessagePacket;
}

emulator::Seed default_seed() {
    return *emulator::seed_from_mnemonic(emulator::kDefaultMnemonic);
}

Error full_disk() {
    return fail(floor::Errc::store_unavailable, "the disk is full");
}

}  // namespace

// Dead as soon as the cable it was opened over has been pulled.
class DeskTransport final : public driver::Transport {
public:
    explicit DeskTransport(Desk& desk) : desk_(desk), connection_(++desk.connection_) {}

    Result<Bytes> exchange(ByteView apdu, const Deadline& deadline) override {
        if (dead_ || !desk_.plugged_ || connection_ != desk_.connection_) {
            return fail(driver::Errc::disconnected);
        }
        auto answer = desk_.exchange(apdu, deadline);
        dead_ = !answer;
        return answer;
    }
    Result<std::size_t> drain(Duration /*quiet*/) override {
        const std::size_t dropped = desk_.late_answer_ ? 1 : 0;
        desk_.late_answer_.reset();
        return dropped;
    }
    void cancel() override { dead_ = true; }

private:
    Desk& desk_;
    unsigned connection_;
    bool dead_ = false;
};

Desk::Desk() : keys_(default_seed()), device_(keys_, {}) {}

void Desk::authorise(std::uint32_t level, std::uint32_t chain, std::uint8_t curve) {
    ByteWriter path;
    path.u8(4).u32(0x8000002c).u32(0x800006c1).u32(0x80000000).u32(0x80000000);
    ByteWriter command;
    command.u8(0x80).u8(0x0a).u8(0).u8(curve).u8(
        static_cast<std::uint8_t>(12 + path.view().size()));
    command.u32(chain).u32(level).u32(level).bytes(path.view());
    device_.exchange(command.view());
    device_.accept();
}

bool Desk::other_host_signs(const Bytes& message) {
    const auto select = from_hex("8004000011048000002c800006c18000000080000000");
    device_.exchange(*select);
    ByteWriter command;
    command.u8(0x80).u8(0x04).u8(kMessagePacket).u8(0);
    command.u8(static_cast<std::uint8_t>(message.size())).bytes(message);
    const auto answer = device_.exchange(command.view());
    return answer && answer->bytes.size() > 2;
}

void Desk::accept_prompt() {
    if (auto answer = device_.accept()) {
        late_answer_ = answer->bytes;
    }
}

Opener Desk::opener() {
    return [this](const Deadline&) -> Result<OpenedDevice> {
        if (!plugged_) {
            return fail(driver::Errc::no_device, "the cable is out");
        }
        if (refusal_) {
            return *refusal_;
        }
        return OpenedDevice{std::make_unique<DeskTransport>(*this)};
    };
}

Result<Bytes> Desk::exchange(ByteView apdu, const Deadline& deadline) {
    if (always_) {
        return ByteWriter().u16(*always_).take();
    }
    std::optional<Fault> fault;
    if (is_sign(apdu) && !sign_faults_.empty()) {
        fault = sign_faults_.front();
        sign_faults_.erase(sign_faults_.begin());
    }
    if (fault == Fault::lost_before) {
        return fail(driver::Errc::disconnected);
    }
    if (fault == Fault::refused) {
        return Bytes{0x6a, 0x80};
    }
    auto answer = device_.exchange(apdu);
    if (!answer || fault == Fault::silent) {
        return stay_silent(deadline);
    }
    if (fault == Fault::lost_after) {
        return fail(driver::Errc::disconnected);
    }
    if (fault == Fault::corrupt && answer->bytes.size() > 2) {
        answer->bytes[answer->bytes.size() - 3] ^= 1U;
    }
    if (spoiled_ && spoiled_->first == apdus() && spoiled_->second < answer->bytes.size()) {
        answer->bytes[spoiled_->second] ^= static_cast<std::uint8_t>(1U << (spoiled_->second % 8));
    }
    return answer->bytes;
}

Result<Bytes> Desk::stay_silent(const Deadline& deadline) {
    clock_.advance_to(deadline.at());
    return fail(driver::Errc::timed_out);
}

Result<void> FailingStore::commit(const floor::MarkKey& key,
                                  const floor::Position& position,
                                  const apdu::Digest& digest,
                                  WallTime time,
                                  std::string_view device) {
    before_commit();
    return full ? full_disk() : inner_->commit(key, position, digest, time, device);
}

Result<void> FailingStore::append_audit(const std::vector<floor::AuditRow>& rows) {
    return full ? full_disk() : inner_->append_audit(rows);
}

Result<void> FailingStore::record_signature(const floor::MarkKey& key,
                                            const apdu::Digest& digest,
                                            const apdu::Signature& signature) {
    return full ? full_disk() : inner_->record_signature(key, digest, signature);
}

Result<void> FailingStore::remember_device(const floor::DeviceRecord& device) {
    return full ? full_disk() : inner_->remember_device(device);
}

Result<floor::StoreContents> FailingStore::change(const floor::WorkOut& work_out) {
    return full ? full_disk() : inner_->change(work_out);
}

Result<void> FailingStore::set_fact(std::string_view name, std::string_view value) {
    return full ? full_disk() : inner_->set_fact(name, value);
}

Result<void> FailingStore::probe() {
    return full ? full_disk() : inner_->probe();
}

}  // namespace ledger_bridge::daemon::test
