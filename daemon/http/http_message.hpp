// A request as the handlers see it, and their answer.
#pragma once

#include <functional>
#include <string>

namespace ledger_bridge::daemon {

struct HttpRequest {
    std::string method;        // as sent: "GET"
    std::string target;        // path and query, still percent-encoded
    std::string body;          // complete, chunks joined
    std::string content_type;  // empty when absent; nothing depends on it
    // SHA-256 of the client's DER certificate, lowercase hexadecimal; empty without one.
    std::string certificate = {};
    std::string origin = {};  // as origin_of() tells
    bool from_page = false;   // a page in a web browser asks, as far as its header tells
};

struct HttpAnswer {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::string body = {};
    // Methods, "GET, OPTIONS": sent as Allow, and with 200 as Access-Control-Allow-Methods too.
    std::string allow = {};
};

// Gives the answer to one request; called once, on the thread of the io_context, at any later
// time. When it is destroyed uncalled the client gets a 500.
using Respond = std::function<void(HttpAnswer)>;

using Handler = std::function<void(HttpRequest, Respond)>;

}  // namespace ledger_bridge::daemon
