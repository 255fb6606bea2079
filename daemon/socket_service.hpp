// Answers every request of the socket protocol.
#pragma once

#include "daemon/key_service.hpp"
#include "daemon/socket/socket_message.hpp"
#include "daemon/socket/socket_server.hpp"

namespace ledger_bridge::daemon {

// Main thread alone; `keys` must outlive it.
class SocketService {
public:
    explicit SocketService(KeyService& keys) : keys_(keys) {}

    // The handler of every socket listener.
    void handle(const Client& client, const Bytes& request, const SocketReply& reply);

private:
    void sign(const SocketSign& request, const Client& client, const SocketReply& reply);
    void nonce(const SocketNonce& request, const Client& client, const SocketReply& reply);
    [[nodiscard]] Result<Bytes> answer(const SocketRequest& request);
    [[nodiscard]] Result<Bytes> public_key(const apdu::KeyHash& key) const;
    [[nodiscard]] Result<Bytes> known_keys() const;

    KeyService& keys_;
};

}  // namespace ledger_bridge::daemon
