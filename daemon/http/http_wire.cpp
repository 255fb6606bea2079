#include "daemon/http/http_wire.hpp"

#include <iterator>
#include <utility>

#include <boost/beast/core/string.hpp>

namespace ledger_bridge::daemon {

namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr unsigned kHttp11 = 11;
// Of a name, an address or a port (RFC 3986, 3.2.2 and 3.2.3).
constexpr std::string_view kHostCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+;=%[]:";

constexpr unsigned kLowestStatus = 200;
constexpr unsigned kHighestStatus = 599;
constexpr unsigned kInternalError = 500;

}  // namespace

bool ambiguous(const WireRequest& request) {
    const auto [first, last] = request.equal_range(http::field::transfer_encoding);
    if (first == last) {
        return false;
    }
    return std::next(first) != last || !beast::iequals(first->value(), "chunked") ||
           request.version() < kHttp11 ||
           request.find(http::field::content_length) != request.end();
}

bool bad_host(const WireRequest& request) {
    const auto [first, last] = request.equal_range(http::field::host);
    return first != last &&
           (std::next(first) != last ||
            first->value().find_first_not_of(kHostCharacters) != beast::string_view::npos);
}

bool from_page(const WireRequest& request) {
    return request.find(http::field::origin) != request.end() ||
           request.find("Sec-Fetch-Site") != request.end();
}

bool wants_continue(const WireRequest& request) {
    return request.version() >= kHttp11 &&
           beast::iequals(request[http::field::expect], "100-continue");
}

WireResponse make_response(HttpAnswer answer) {
    const auto valid = answer.status >= kLowestStatus && answer.status <= kHighestStatus;
    WireResponse response;
    response.result(valid ? answer.status : kInternalError);
    response.set(http::field::content_type, answer.content_type);
    if (!answer.allow.empty()) {
        response.set(http::field::allow, answer.allow);
        if (response.result() == http::status::ok) {
            response.set(http::field::access_control_allow_methods, answer.allow);
        }
    }
    response.body() = std::move(answer.body);
    return response;
}

}  // namespace ledger_bridge::daemon
