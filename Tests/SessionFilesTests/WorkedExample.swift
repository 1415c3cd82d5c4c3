/// The example of the format's description: a whole session file.
enum WorkedExample {
    static let text = """
        # @session 1
        # @title Checkout smoke test
        # @set pool.size 2
        # @set pool.total 8
        # @set pool.idle-timeout 30s
        # @cookie-jar ./shop.cookies.txt
        # @default-header Accept: application/json
        # @default-header User-Agent: linger/0.1
        # @redact header Authorization, header Set-Cookie, jsonpath $.token
        # @ignore header Date, header X-Request-Id, jsonpath $.ts
        # @expect connections max 2
        # @expect connections opened 2
        @base = http://127.0.0.1:8080
        @user = ann

        ### 1 log in
        # @name login
        # @timeout 5000 ms
        # @expect status 200
        # @expect header Content-Type contains "application/json"
        # @expect jsonpath $.token matches "^[A-Za-z0-9._-]+$"
        # @expect connection new
        # @recorded 200 conn=1 new body=84
        # @response-ref ./shop.responses/login.json
        POST {{base}}/login HTTP/1.1
        Content-Type: application/json
        X-Request-Id: {{$guid}}

        {
          "user": "{{user}}",
          "password": "{{$processEnv SHOP_PASSWORD}}"
        }

        ### 2 who am I (same socket)
        # @name me
        # @expect status 200
        # @expect jsonpath $.user == "ann"
        # @expect connection reused
        # @expect connection same-as login
        # @recorded 200 conn=1 reused body=61
        GET {{base}}/me HTTP/1.1
        Authorization: Bearer {{login.response.body.$.token}}

        ### 3 two searches at once
        # @name search
        # @repeat 2 parallel
        # @expect status 200
        # @expect duration < 500 ms
        # @expect connection any
        # @recorded 200 conn=1,2 reused,new body=1310
        GET {{base}}/search
            ?q=green%20tea
            &page=1
            &size=20

        ### 4 shrink the pool, then post the order
        # @name order
        # @do pool size 1
        # @delay 250 ms
        # @no-redirect
        # @expect status 303
        # @expect header Location == "/orders/17"
        # @expect connection reused
        # @recorded 303 conn=1 reused body=0
        POST {{base}}/orders HTTP/1.1
        Authorization: Bearer {{login.response.body.$.token}}
        Content-Type: application/json

        < ./shop.bodies/order.json

        """
}
