// What Beast leaves to its user about one message. Internal to this folder.
#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "daemon/http/http_message.hpp"

namespace ledger_bridge::daemon {

using WireRequest = boost::beast::http::request<boost::beast::http::string_body>;
using WireResponse = boost::beast::http::response<boost::beast::http::string_body>;

// Whether two servers could disagree about where the request ends. Beast itself refuses
// Content-Length beside a chunked body and differing lengths; it lets pass codings that it does
// not undo.
bool ambiguous(const WireRequest& request);

// Whether the request names more than one host, or what cannot be one: who stands between may go by
// another. A missing Host is let pass, as probes of balancers have none; nothing here depends on
// it.
bool bad_host(const WireRequest& request);

// Whether a page in a web browser asks: browsers put Origin into every POST, whichever site the
// page is of and whatever its script wants, and Sec-Fetch-Site where they trust the address. Who
// has pages open does not know what they ask of this machine, so they are not like other programs
// here.
bool from_page(const WireRequest& request);

// Whether the client waits for a word before it sends the body.
bool wants_continue(const WireRequest& request);

// Without version, connection and length, which depend on the request. A status outside 200 to
// 599 is a bug of the handler: 500.
WireResponse make_response(HttpAnswer answer);

}  // namespace ledger_bridge::daemon
