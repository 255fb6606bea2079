// The usbredir protocol, the device's side, over libusbredirparser: bytes in, the host's requests
// out, and the other way round. No sockets.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "driver/base/bytes.hpp"
#include "tools/emulator/usb/control_requests.hpp"
#include "tools/emulator/usb/hid_frames.hpp"

struct usbredirparser;

namespace ledger_bridge::emulator {

// What the host gave a request, and finds in the answer to it.
using RequestId = std::uint64_t;

enum class TransferStatus : std::uint8_t { success = 0, cancelled = 1, invalid = 2, stall = 4 };

// What the host asks for.
class RedirHandler {
public:
    RedirHandler() = default;
    RedirHandler(const RedirHandler&) = delete;
    RedirHandler& operator=(const RedirHandler&) = delete;
    RedirHandler(RedirHandler&&) = delete;
    RedirHandler& operator=(RedirHandler&&) = delete;
    virtual ~RedirHandler() = default;

    // First of all; nothing may be sent before.
    virtual void hello() = 0;
    virtual void reset() = 0;
    virtual void set_configuration(RequestId id, std::uint8_t value) = 0;
    virtual void get_configuration(RequestId id) = 0;
    virtual void set_alternate(RequestId id, std::uint8_t interface, std::uint8_t alternate) = 0;
    virtual void get_alternate(RequestId id, std::uint8_t interface) = 0;
    virtual void control(RequestId id, std::uint8_t endpoint, const SetupPacket& setup) = 0;
    // Begins or ends to take what an IN endpoint has.
    virtual void receive(RequestId id, std::uint8_t endpoint, bool begin) = 0;
    virtual void output(RequestId id, std::uint8_t endpoint, ByteView data) = 0;
    virtual void cancel(RequestId id) = 0;
};

// One connection of one host.
class RedirParser {
public:
    // `handler` outlives the parser.
    explicit RedirParser(RedirHandler& handler);

    // Bytes from the host. False when they are no usbredir, or ask for what no endpoint here can
    // do: then the connection is of no use any more.
    [[nodiscard]] bool take(ByteView bytes);
    // What is to be sent to the host since the last call.
    Bytes output();

    void connect(std::uint16_t product_id);
    void disconnect();
    void configuration(RequestId id, TransferStatus status, std::uint8_t value);
    void alternate(RequestId id, TransferStatus status, std::uint8_t interface);
    // A stall without `data`.
    void control_answer(RequestId id,
                        std::uint8_t endpoint,
                        const SetupPacket& setup,
                        const std::optional<Bytes>& data);
    void receiving(RequestId id, TransferStatus status, std::uint8_t endpoint);
    void output_done(RequestId id, TransferStatus status, std::uint8_t endpoint, std::size_t size);
    void input(std::uint8_t endpoint, Report report);

private:
    struct Callbacks;  // called by the library

    struct Destroy {
        void operator()(usbredirparser* parser) const;
    };

    RedirHandler& handler_;
    std::unique_ptr<usbredirparser, Destroy> parser_;
    ByteView incoming_;
    Bytes outgoing_;
    RequestId next_input_ = 0;
    bool unsupported_ = false;
};

}  // namespace ledger_bridge::emulator
